import ndarray from 'ndarray';
import { z } from 'zod';
import { DeviceError, type GreyPixels } from '../../microscope/index.ts';

/** An array as temscript sends it in JSON. */
export const packedImageSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  type: z.string(),
  endianness: z.enum(['LITTLE', 'BIG']),
  encoding: z.literal('BASE64'),
  data: z.string(),
});

/** What is added to a value that has a sign, so that the darkest possible is 0. */
const signedOffset = 32_768;

/**
 * The grey values of an image, 16 bit, row 0 on top. Those with a sign are raised by 32768: a camera
 * that takes its dark current off has values below 0, and none of them is lost.
 *
 * @throws DeviceError with the code `answer` if the image has another type than INT16 or UINT16, or
 *   more or fewer values than its size says.
 */
export function unpackImage(image: z.infer<typeof packedImageSchema>): GreyPixels {
  const { width, height, type, endianness } = image;
  if (type !== 'INT16' && type !== 'UINT16') {
    throw new DeviceError(`the camera sends ${type}, and only INT16 and UINT16 can be read`, {
      code: 'answer',
    });
  }
  const bytes = Buffer.from(image.data, 'base64');
  if (bytes.length !== 2 * width * height) {
    throw new DeviceError(
      `the camera sends ${bytes.length} bytes for ${width} x ${height} px, and ${2 * width * height} are needed`,
      { code: 'answer' },
    );
  }
  if (endianness === 'BIG') bytes.swap16();
  const values = new Uint16Array(width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] =
      type === 'INT16' ? bytes.readInt16LE(2 * i) + signedOffset : bytes.readUInt16LE(2 * i);
  }
  return ndarray(values, [height, width]);
}
