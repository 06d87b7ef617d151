import { FASHION_MNIST_CLASSES } from '../../data/fashion-mnist.ts';
import { sayOf } from './words/words.ts';

/** Whether classes are those of Fashion-MNIST, which the built-in garments have, too. */
export const isFashion = (classes: readonly string[]): boolean =>
  classes.length === FASHION_MNIST_CLASSES.length &&
  classes.every((name, i) => name === FASHION_MNIST_CLASSES[i]);

/**
 * What classes are called on the page: those of Fashion-MNIST in the reader's language, all others as they are. What is stored and
 * exported has the names that the data have.
 */
export const classNames = (classes: readonly string[]): readonly string[] =>
  isFashion(classes) ? classes.map(sayOf) : classes;

/** What one of these classes is called; its number if it has no name. */
export const className = (classes: readonly string[], label: number): string =>
  classNames(classes)[label] ?? String(label);
