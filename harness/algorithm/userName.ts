import { z } from 'zod';

/** Name of a user's own algorithm: it must fit into a list, a table and a record. */
export const userNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._+()-]{0,59}$/,
    'must be 1 to 60 letters, digits, blanks and any of . _ + ( ) -, a letter or digit first',
  );
