export type Codec = "PCMU" | "PCMA";

/**
 * An ordinary SIP phone, as far as the tests need one: a program of others on a host of the LAN, which does what a
 * person's hand would and says what it sees. It has one call at a time.
 */
export interface StockPhone {
  /** Program and version. */
  readonly title: string;
  readonly address: string;

  /** Whom to call to be answered with this codec alone; must be asked for before each call. */
  uriFor(codec: Codec): Promise<string>;
  /** Calls a URI, offering this codec alone. */
  call(uri: string, codec: Codec): Promise<void>;
  answer(): void;
  /** Refuses the call that rings. */
  decline(): void;
  /** Ends the call, or stops calling. */
  hangUp(): void;
  /** Puts the call on hold; resolves when the other has agreed. */
  hold(): Promise<void>;
  resume(): Promise<void>;
  press(digit: string): void;
  sendMessage(uri: string, text: string): void;
  /** Asks by OPTIONS what the other can do; `hangUp` when it has answered. */
  askOptions(uri: string): void;

  /** It rings here. */
  incoming(): Promise<void>;
  /** The other one rings. */
  ringing(): Promise<void>;
  talking(): Promise<void>;
  /** No call any more; in its own words why. */
  ended(withinMs?: number): Promise<string>;
  /** The other one put the call on hold, or took it back. */
  heldByOther(held: boolean): Promise<void>;
  heardKey(digit: string): Promise<void>;
  gotMessage(text: string): Promise<void>;
  /** What it played in the call that ended last, 8000 samples a second. */
  heard(): Int16Array;

  /** All it said since the last `forget`, for complaints. */
  transcript(): string;
  /** Resolves when it can be used. */
  ready(): Promise<void>;
  /** Forgets what it said so far: another case begins. */
  forget(): void;
  quit(): Promise<void>;
}
