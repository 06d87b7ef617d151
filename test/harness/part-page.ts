/** Elements that are made when they are asked for, by their names. */
export class Parts<P> extends Map<string, P> {
  readonly #make: () => P;

  constructor(make: () => P) {
    super();
    this.#make = make;
  }

  /** As of a document, which has all that a view asks for. */
  readonly getElementById = (id: string): P => {
    const part = this.get(id) ?? this.#make();
    this.set(id, part);
    return part;
  };
}

/** When something is done around the tests of a file. */
interface Around {
  before(work: () => void): void;
  after(work: () => void): void;
}

/** Sets names that a browser has, for the tests of a file alone: other files run in the same process, and have no page. */
export function withGlobals(test: Around, values: Readonly<Record<string, unknown>>): void {
  test.before(() => void Object.assign(globalThis, values));
  test.after(() => {
    for (const name of Object.keys(values)) Reflect.deleteProperty(globalThis, name);
  });
}
