/** Of a picture, in units of its own. */
export const WIDTH = 900;

/** Between two lines of text. */
export const LINE = 17;

/** Between its edge and what it shows. */
export const EDGE = 20;

/** How a picture looks: the page's colours by the names of their variables, and how wide texts are. */
export interface Look {
  readonly colour: (variable: string) => string;
  readonly font: string;
  /** The width of a text in a size, both in pixels. */
  readonly widthOf: (text: string, size: number) => number;
}

/** Where an epoch and a value are in a picture. */
export interface Place {
  readonly x: (epoch: number) => number;
  readonly y: (value: number) => number;
}
