/** What actionlint says of a workflow; none if it is right. */
export function lintWorkflow(text: string, name: string): Promise<string[]>;
/** All workflows, with their texts. */
export function workflows(): { readonly name: string; readonly text: string }[];
