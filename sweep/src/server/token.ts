import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { checkToken } from '../../../src/trial/client/address.ts';
import { RefusedError } from './refusal.ts';

/** A token that nobody can guess: 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** @returns throws unless the header has the token; the comparison takes as long for each wrong one */
export function tokenCheck(given: string): (header: string | undefined) => void {
  const right = hash(checkToken(given));
  return (header) => {
    const token = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
    if (token !== undefined && timingSafeEqual(hash(token), right)) return;
    throw new RefusedError(
      401,
      'TokenError',
      token === undefined
        ? 'the header Authorization: Bearer TOKEN is missing; the server printed the token when it started'
        : 'the token is wrong; the server printed the right one when it started',
    );
  };
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
