import { say } from '../words/words.ts';

/** A camera that is on. */
export interface Camera {
  readonly video: HTMLVideoElement;
  /** What it sees now, as networks see it: the square in the middle, grey, side × side bytes. */
  frame(): Uint8Array;
  stop(): void;
}

/**
 * Asks for the camera.
 *
 * @throws Error with what to do, if there is none or it may not be used
 */
export async function openCameraOf(video: HTMLVideoElement, size: number): Promise<Camera> {
  const { mediaDevices } = navigator;
  if (!mediaDevices) {
    throw refusal(
      say('This page has no camera: it needs https:// or http://localhost, outside of a frame.'),
    );
  }
  const stream = await mediaDevices
    .getUserMedia({ video: { width: { ideal: 320 }, height: { ideal: 320 } }, audio: false })
    .catch((error: DOMException) => {
      throw refusal(why(error.name));
    });
  video.srcObject = stream;
  await video.play();
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw refusal(say('This browser has no 2D canvas.'));
  context.imageSmoothingQuality = 'high';
  return {
    video,
    frame: () => {
      const { videoWidth, videoHeight } = video;
      const side = Math.min(videoWidth, videoHeight);
      const [x, y] = [(videoWidth - side) / 2, (videoHeight - side) / 2];
      context.drawImage(video, x, y, side, side, 0, 0, size, size);
      const { data } = context.getImageData(0, 0, size, size);
      return Uint8Array.from({ length: size * size }, (_, i) =>
        Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]),
      );
    },
    stop: () => {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    },
  };
}

function why(name: string): string {
  if (name === 'NotAllowedError') {
    return say(
      'The camera may not be used. Allow it for this page, by the sign in the address bar, and try again.',
    );
  }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') {
    return say('No camera was found. Connect one and try again, or give images in folders.');
  }
  return say('The camera cannot be used: another program may have it. Close that, and try again.');
}

function refusal(message: string): Error {
  const error = new Error(message);
  error.name = 'DataError';
  return error;
}
