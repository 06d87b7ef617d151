import { rgbOf } from '../../own/colours.ts';
import { say } from '../words/words.ts';

/** A camera that is on. */
export interface Camera {
  readonly video: HTMLVideoElement;
  /** What it sees now: the square in the middle, side × side × 3 bytes of red, green and blue. Undefined while it sends nothing. */
  frame(): Uint8Array | undefined;
  stop(): void;
}

/** Whether a camera sends a picture, sends none for a while, or is gone. */
export type CameraState = 'on' | 'silent' | 'gone';

/**
 * Asks for the camera.
 *
 * @param changed called when it is taken away, or stops sending for a while
 * @throws Error with what to do, if there is none or it may not be used
 */
export async function openCameraOf(
  video: HTMLVideoElement,
  size: number,
  changed: (state: CameraState) => void,
): Promise<Camera> {
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
  const stop = (): void => {
    for (const one of stream.getTracks()) one.stop();
    if (video.srcObject === stream) video.srcObject = null;
  };
  const context = new OffscreenCanvas(size, size).getContext('2d', { willReadFrequently: true });
  video.srcObject = stream;
  try {
    if (!context) throw refusal(say('This browser has no 2D canvas.'));
    await video.play().catch((error: DOMException) => {
      throw refusal(why(error.name));
    });
  } catch (error) {
    // A camera that nobody sees must not stay on.
    stop();
    throw error;
  }
  context.imageSmoothingQuality = 'high';
  const [track] = stream.getVideoTracks();
  // Whoever stops a track is told nothing of it: this is of cameras that are taken away.
  track.addEventListener('ended', () => changed('gone'));
  track.addEventListener('mute', () => changed('silent'));
  track.addEventListener('unmute', () => changed('on'));
  return {
    video,
    frame: () => {
      const { videoWidth, videoHeight } = video;
      // The element shows the last picture for ever.
      if (track.readyState !== 'live' || track.muted || videoWidth === 0) return undefined;
      const side = Math.min(videoWidth, videoHeight);
      const [x, y] = [(videoWidth - side) / 2, (videoHeight - side) / 2];
      context.drawImage(video, x, y, side, side, 0, 0, size, size);
      return rgbOf(context.getImageData(0, 0, size, size).data);
    },
    stop,
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
  error.name = 'CameraError';
  return error;
}
