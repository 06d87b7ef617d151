/** The owner in package.json's `repository` before anybody has said who publishes. */
export const PLACEHOLDER = /\/\/[^/]+\/OWNER\//;
