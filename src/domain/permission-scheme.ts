import { GatehouseError } from './errors.js';

/** A key of the scheme in force, such as `SYS_ADMIN`. Schemes are data, so this is no closed union. */
export type PermissionKey = string;

/** Bit set of permissions: bit i is the i-th permission of the scheme. */
export type PermissionMask = number;

export interface Permission {
  readonly key: PermissionKey;
  readonly title: string;
  readonly description: string;
  /** Keys of all permissions this one includes, directly or through another. */
  readonly implies: readonly PermissionKey[];
}

/** One product's permissions as rows: what there is, what includes what, and which three carry a role. */
export interface PermissionScheme {
  readonly key: string;
  readonly title: string;
  /** In ascending order of weight; at most 30. */
  readonly permissions: readonly Permission[];
  /** Whoever holds this takes a licence seat. */
  readonly seat: PermissionKey;
  /** Needed to manage users, groups and grants. */
  readonly administration: PermissionKey;
  /** Needed to manage directories, applications and the licence. */
  readonly systemAdministration: PermissionKey;
}

/** A scheme with its bits worked out. */
export interface CompiledScheme {
  readonly scheme: PermissionScheme;
  /** The key's own bit number. @throws GatehouseError `UNKNOWN_PERMISSION`. */
  bitOf(key: PermissionKey): number;
  /** The bits that a grant of `key` gives: its own and all implied. @throws `UNKNOWN_PERMISSION`. */
  maskOf(key: PermissionKey): PermissionMask;
  /** Keys of a mask, in the scheme's order. */
  keysOf(mask: PermissionMask): PermissionKey[];
}

const MAX_PERMISSIONS = 30;

/** Works out the bits of a scheme; implications are closed transitively. */
export function compileScheme(scheme: PermissionScheme): CompiledScheme {
  if (scheme.permissions.length > MAX_PERMISSIONS) {
    throw new Error(`a permission scheme holds at most ${MAX_PERMISSIONS} permissions`);
  }
  const keys = scheme.permissions.map(({ key }) => key);
  const masks = scheme.permissions.map((_, bit) => 1 << bit);
  const unknown = (key: PermissionKey) =>
    new GatehouseError('UNKNOWN_PERMISSION', { permission: key, known: keys });
  // Every question asks for a bit: keys are told apart by their length sooner than by a hash.
  const lengths = keys.map(({ length }) => length);
  const firstOfLength = Int8Array.from({ length: Math.max(...lengths, 0) + 1 }, (_, length) =>
    lengths.indexOf(length),
  );
  const nextOfLength = Int8Array.from(lengths, (length, bit) => lengths.indexOf(length, bit + 1));
  const bitOf = (key: PermissionKey): number => {
    let bit = key.length < firstOfLength.length ? firstOfLength[key.length] : -1;
    while (bit >= 0 && keys[bit] !== key) bit = nextOfLength[bit];
    if (bit < 0) throw unknown(key);
    return bit;
  };
  for (let grew = true; grew; ) {
    grew = false;
    scheme.permissions.forEach((permission, bit) => {
      const mask = permission.implies.reduce((sum, key) => sum | masks[bitOf(key)], masks[bit]);
      grew ||= mask !== masks[bit];
      masks[bit] = mask;
    });
  }
  return {
    scheme,
    bitOf,
    maskOf: (key) => masks[bitOf(key)],
    keysOf: (mask) =>
      scheme.permissions.filter((_, bit) => mask & (1 << bit)).map((permission) => permission.key),
  };
}
