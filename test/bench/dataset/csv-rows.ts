import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 22;
const NEWLINE = 10;

/** The fields of each line; no field holds a comma. */
export function* rowsOf(path: string): Generator<string[]> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    let kept = 0;
    for (;;) {
      const read = readSync(file, buffer, kept, CHUNK_BYTES - kept, null);
      const end = kept + read;
      let start = 0;
      for (let at = buffer.indexOf(NEWLINE); at >= 0 && at < end; ) {
        yield buffer.toString('utf8', start, at).split(',');
        start = at + 1;
        at = buffer.indexOf(NEWLINE, start);
      }
      if (read === 0) {
        if (start < end) yield buffer.toString('utf8', start, end).split(',');
        return;
      }
      buffer.copyWithin(0, start, end);
      kept = end - start;
    }
  } finally {
    closeSync(file);
  }
}
