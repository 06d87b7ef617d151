import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { UsageError } from '../errors.ts';
import { HttpPlace, type Send } from './http-place.ts';

/** AWS: letters, digits, dots and dashes. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,62}$/;

/**
 * A place in S3, or in what speaks its protocol: `s3://BUCKET/PREFIX`, with the keys and the region of AWS's own variables;
 * `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` is the address of another service. Replacing an object is atomic there.
 *
 * @throws {UsageError} if it is no such address, or a key is missing
 */
export function s3Place(given: string, env: NodeJS.ProcessEnv, option: string): HttpPlace {
  const [bucket, ...prefix] = given.replace(/^s3:\/\//i, '').split('/');
  if (!BUCKET.test(bucket)) {
    throw new UsageError(`${option}: '${given}' has no bucket. Give s3://BUCKET/PREFIX.`);
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new UsageError(
      `${option}: '${given}' needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Set both${env.AWS_PROFILE ? ', since AWS_PROFILE is not read: aws configure export-credentials --format env' : ''}.`,
    );
  }
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
  const sessionToken = env.AWS_SESSION_TOKEN;
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, region, service: 's3' },
    ...(sessionToken ? { sessionToken } : {}),
    // HttpPlace asks again.
    retries: 0,
  });
  const send: Send = (url, { method, headers, body, signal }) =>
    client.fetch(url, {
      ...{ method, signal },
      ...(body ? { body } : {}),
      // The service refuses what was changed on the way.
      headers: { ...headers, 'x-amz-content-sha256': sha256(body ?? new Uint8Array()) },
    });
  const key = prefix.filter((part) => part !== '').map(encodeURIComponent);
  const root = rootOf(bucket, region, env, option);
  return new HttpPlace((name) => [root, ...key, name].join('/'), send);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The address of a bucket. */
function rootOf(bucket: string, region: string, env: NodeJS.ProcessEnv, option: string): string {
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  if (!endpoint) {
    // Certificates are for one level: a bucket with dots is named in the path.
    return bucket.includes('.')
      ? `https://s3.${region}.amazonaws.com/${bucket}`
      : `https://${bucket}.s3.${region}.amazonaws.com`;
  }
  if (!/^https?:\/\/[^/?#]+/.test(endpoint)) {
    throw new UsageError(
      `${option}: AWS_ENDPOINT_URL is '${endpoint}'; it must be an address: https://HOST`,
    );
  }
  return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
}
