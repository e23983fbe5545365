import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { none } from "../core/none.js";

/** How a node at another address sees this one. */
interface View {
  readonly by: string;
  readonly endpoint: Endpoint;
}

/**
 * Where a NAT has this node appear (RFC 8489 calls it the reflexive transport address), from what the other ends of
 * links have seen. One of them may be wrong or lie: what two of the last three at different addresses have seen alike
 * is so. Where all three have seen something else the NAT maps by the far end (RFC 4787 §4.1): then no address leads
 * here that another could use.
 */
export class ReflexiveAddress {
  #views: readonly View[] = none;

  /** Takes note of a view; whether it is another than that node had before. */
  note(by: string, endpoint: Endpoint): boolean {
    const others = this.#views.filter((view) => view.by !== by);
    const former = this.#views.find((view) => view.by === by);
    this.#views = [...others, { by, endpoint }].slice(-viewsMax);
    return former === undefined || !sameEndpoint(former.endpoint, endpoint);
  }

  /** Where two have seen it; `undefined`: it is not known yet, or there is no such address. */
  get agreed(): Endpoint | undefined {
    return this.#views.find(({ by, endpoint }) =>
      this.#views.some((other) => other.by !== by && sameEndpoint(other.endpoint, endpoint)),
    )?.endpoint;
  }

  /** Where it was seen last. */
  get latest(): Endpoint | undefined {
    return this.#views.at(-1)?.endpoint;
  }

  /** Whether every far end sees it elsewhere: nobody can open a link to it by an address that another knows. */
  get isHidden(): boolean {
    return this.#views.length === viewsMax && this.agreed === undefined;
  }
}

const viewsMax = 3;
