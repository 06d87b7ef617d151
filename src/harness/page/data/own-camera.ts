import type { OwnFacts } from '../../worker/own-facts.ts';
import type { CameraCard, CameraHost } from './camera-card.ts';
import type { Made } from './made-images.ts';
import { chosenMaking } from './own-settings.ts';

/** What the camera asks of the panel. */
export interface OwnCameraHost extends Omit<CameraHost, 'colour' | 'used'> {
  /** Frames are the data of the next run. */
  used(facts: OwnFacts, made: Made): void;
  /** They were made again, as the form says now. */
  remade(facts: OwnFacts, made: Made): void;
}

/** The camera's card, loaded when it is first opened. Its frames have one size: if the form wants another, so is the card. */
export class OwnCamera {
  readonly #host: OwnCameraHost;
  #card: CameraCard | undefined;

  constructor(host: OwnCameraHost) {
    this.#host = host;
  }

  /** @throws Error if there is no camera, with what to do */
  async open(): Promise<void> {
    const { CameraCard } = await import('./camera-card.ts');
    const { side } = chosenMaking();
    if (this.#card?.side !== side) {
      this.#card?.close();
      const card: CameraCard = new CameraCard(
        {
          ...this.#host,
          colour: () => chosenMaking().colour,
          used: (facts, making) => this.#host.used(facts, this.#madeBy(card, making)),
        },
        side,
      );
      this.#card = card;
    }
    await this.#card.open();
  }

  #madeBy(card: CameraCard, making: Made['making']): Made {
    const again = async (): Promise<void> => {
      if (chosenMaking().side !== card.side) return;
      const frames = await card.make();
      this.#host.remade(frames.facts, this.#madeBy(card, frames.making));
    };
    return { making, again };
  }

  /** Shows the frames as networks see them now. */
  recolour(): void {
    this.#card?.recolour();
  }
}
