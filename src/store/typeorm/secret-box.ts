import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { GatehouseError } from '../../domain/index.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** The size GCM is made for; drawn anew for every secret, so that no key meets a nonce twice. */
const NONCE_BYTES = 12;
/** Names the way of sealing, so that a later one can stand beside it. */
const VERSION = 'v1';
const TAG_BYTES = 16;

/** Whose secret it is. */
export interface SecretOwner {
  readonly kind: 'directory' | 'webhook';
  readonly id: number;
  /** For an administrator. */
  readonly name: string;
}

/**
 * Seals secrets that are shown to somebody else's server, such as the application passwords of remote
 * directories. A sealed secret opens only under its own owner's id, so that copying it into another row
 * (with another server) gives nothing.
 */
export class SecretBox {
  private readonly key: Buffer | null;

  /** @throws GatehouseError `INPUT_INVALID` unless the key has 32 bytes or is `null`. */
  constructor(key: Buffer | null) {
    if (key !== null && key.length !== KEY_BYTES) {
      throw new GatehouseError('INPUT_INVALID', {
        field: 'GATEHOUSE_SECRET_KEY',
        reason: `must be ${KEY_BYTES} bytes`,
      });
    }
    this.key = key;
  }

  /** @throws GatehouseError `SECRET_KEY_MISSING`. */
  seal(owner: Omit<SecretOwner, 'name'>, secret: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.requireKey(), nonce);
    cipher.setAAD(boundTo(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [VERSION, ...[nonce, sealed, cipher.getAuthTag()].map(encoded)].join('.');
  }

  /** @throws GatehouseError `SECRET_KEY_MISSING`, `SECRET_UNREADABLE`. */
  open(owner: SecretOwner, envelope: string): string {
    const key = this.requireKey();
    const [version, nonce, sealed, tag] = envelope.split('.');
    try {
      if (version !== VERSION) throw new Error('the envelope is of an unknown version');
      const decipher = createDecipheriv(CIPHER, key, decoded(nonce), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(boundTo(owner));
      decipher.setAuthTag(decoded(tag));
      return Buffer.concat([decipher.update(decoded(sealed)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new GatehouseError('SECRET_UNREADABLE', { directory: owner.name }, { cause });
    }
  }

  private requireKey(): Buffer {
    if (this.key === null) throw new GatehouseError('SECRET_KEY_MISSING', {});
    return this.key;
  }
}

const boundTo = ({ kind, id }: Omit<SecretOwner, 'name'>) => Buffer.from(`${kind} ${id}`);
const encoded = (bytes: Buffer) => bytes.toString('base64url');
const decoded = (text: string) => Buffer.from(text, 'base64url');
