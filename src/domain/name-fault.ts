/** What a name is the name of; used in messages. */
export type NamedKind = 'user' | 'group' | 'directory' | 'application';

/** Why a name may not be stored. */
export type NameFault =
  | 'EMPTY'
  | 'TOO_LONG'
  | 'OUTER_SPACE'
  | 'CONTROL_CHARACTER'
  | 'BIDI_MARK'
  | 'UNPAIRED_SURROGATE'
  | 'NONCHARACTER';
