import { type ErrorDetails, ImageFileError } from '../microscope/index.ts';

/** The error for an image that cannot be read; `source` names where it came from. */
export function unreadableImage(
  source: string,
  reason: string,
  details?: ErrorDetails,
): ImageFileError {
  return new ImageFileError(`Cannot read image '${source}': ${reason}`, details);
}
