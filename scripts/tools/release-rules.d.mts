/** What {@link releaseFaults} looks at. */
export interface ReleaseFacts {
  readonly about: { readonly version: string; readonly repository?: { readonly url?: string } };
  readonly changelog: string;
  readonly changed: readonly string[];
  readonly tags: readonly string[];
  readonly tagsHere: readonly string[];
  readonly readme: string;
  readonly exists: (path: string) => boolean;
}

/** What keeps a version from being published; none if nothing does. */
export function releaseFaults(facts: ReleaseFacts): string[];
/** Targets of a page's links and images that are no addresses and no anchors. */
export function relativeLinks(markdown: string): string[];
