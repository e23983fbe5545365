/**
 * Equality as Node's `assert.deepStrictEqual` has it: `Object.is` for what is no object; for objects the same
 * prototype, kind, own enumerable properties (symbols too) and, by kind, contents. Maps and sets know no order.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  return new Comparison().same(a, b);
}

type Bag = Readonly<Record<PropertyKey, unknown>>;

/** One comparison; what is being compared higher up is taken as equal, so that circles end. */
class Comparison {
  readonly #above: [object, object][] = [];

  same(a: unknown, b: unknown): boolean {
    if (Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (this.#above.some(([left, right]) => left === a && right === b)) return true;
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    if (kindOf(a) !== kindOf(b)) return false;
    this.#above.push([a, b]);
    const equal = this.#sameContents(a, b) && this.#sameProperties(a, b);
    this.#above.pop();
    return equal;
  }

  #sameContents(a: object, b: object): boolean {
    if (Array.isArray(a)) return this.#sameItems(a, b as unknown[]);
    if (a instanceof Map) return this.#sameMap(a, b as Map<unknown, unknown>);
    if (a instanceof Set) return this.#sameSet(a, b as Set<unknown>);
    if (ArrayBuffer.isView(a) || a instanceof ArrayBuffer) return sameBytes(a, b as ArrayBuffer);
    if (a instanceof Error) return this.#sameError(a, b as Error);
    return samePrimitive(a, b);
  }

  #sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) {
      if (i in a !== i in b || !this.same(a[i], b[i])) return false;
    }
    return true;
  }

  #sameError(a: Error, b: Error): boolean {
    return a.message === b.message && a.name === b.name && this.same(a.cause, b.cause);
  }

  #sameMap(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
    const left = new Set(b.keys());
    const paired = (key: unknown, value: unknown): boolean => {
      if (left.has(key) && this.same(value, b.get(key))) return left.delete(key);
      for (const other of left) {
        if (isObject(other) && this.same(key, other) && this.same(value, b.get(other)))
          return left.delete(other);
      }
      return false;
    };
    return a.size === b.size && [...a].every(([key, value]) => paired(key, value));
  }

  #sameSet(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean {
    const left = new Set(b);
    const paired = (item: unknown): boolean => {
      if (left.delete(item)) return true;
      for (const other of left) {
        if (isObject(item) && this.same(item, other)) return left.delete(other);
      }
      return false;
    };
    return a.size === b.size && [...a].every(paired);
  }

  #sameProperties(a: object, b: object): boolean {
    const [left, right] = [propertiesOf(a), propertiesOf(b)];
    return (
      left.length === right.length &&
      left.every((key) => right.includes(key) && this.same((a as Bag)[key], (b as Bag)[key]))
    );
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/**
 * The enumerable own keys but those of an array's items, which are compared one by one. (Besides, XS 13.3 numbers them
 * wrongly where an array is from `Array.from({ length })`: its `Object.keys` are "0,0,0".)
 */
function propertiesOf(value: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(value).filter((key) => isEnumerable(value, key));
  if (Array.isArray(value)) return [...symbols, ...Object.keys(value).filter((key) => !isIndex.test(key))];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return symbols;
  return [...Object.keys(value), ...symbols];
}

const isIndex = /^(0|[1-9][0-9]*)$/;

function isEnumerable(value: object, key: PropertyKey): boolean {
  return Object.prototype.propertyIsEnumerable.call(value, key);
}

function kindOf(value: object): string {
  if (Array.isArray(value)) return "array";
  return Object.prototype.toString.call(value);
}

function sameBytes(a: ArrayBufferView | ArrayBuffer, b: ArrayBufferView | ArrayBuffer): boolean {
  if (a.byteLength !== b.byteLength) return false;
  if (a instanceof Float32Array || a instanceof Float64Array) {
    return a.every((value, i) => Object.is(value, (b as typeof a)[i]));
  }
  const [left, right] = [bytesOf(a), bytesOf(b)];
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

function bytesOf(value: ArrayBufferView | ArrayBuffer): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Dates, regular expressions and boxed primitives; anything else has no contents besides its properties. */
function samePrimitive(a: object, b: object): boolean {
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (a instanceof RegExp)
    return (
      a.source === (b as RegExp).source &&
      a.flags === (b as RegExp).flags &&
      a.lastIndex === (b as RegExp).lastIndex
    );
  for (const boxed of [Number, String, Boolean, BigInt, Symbol]) {
    if (a instanceof boxed) return Object.is(a.valueOf(), b.valueOf());
  }
  return !(a instanceof Promise || a instanceof WeakMap || a instanceof WeakSet);
}
