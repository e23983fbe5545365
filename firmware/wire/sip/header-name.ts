/** Compact forms (RFC 3261 §7.3.3 and the IANA registry of header fields), by their letter. */
const compactForms: Readonly<Record<string, string>> = {
  a: "Accept-Contact",
  b: "Referred-By",
  c: "Content-Type",
  d: "Request-Disposition",
  e: "Content-Encoding",
  f: "From",
  i: "Call-ID",
  j: "Reject-Contact",
  k: "Supported",
  l: "Content-Length",
  m: "Contact",
  n: "Identity-Info",
  o: "Event",
  r: "Refer-To",
  s: "Subject",
  t: "To",
  u: "Allow-Events",
  v: "Via",
  x: "Session-Expires",
  y: "Identity",
};

/** Names that this firmware looks for, spelled as the RFCs do; found under their lower-case form. */
const known: Readonly<Record<string, string>> = {
  accept: "Accept",
  allow: "Allow",
  "call-id": "Call-ID",
  contact: "Contact",
  "content-encoding": "Content-Encoding",
  "content-length": "Content-Length",
  "content-type": "Content-Type",
  cseq: "CSeq",
  from: "From",
  "max-forwards": "Max-Forwards",
  "record-route": "Record-Route",
  require: "Require",
  "retry-after": "Retry-After",
  route: "Route",
  supported: "Supported",
  to: "To",
  unsupported: "Unsupported",
  via: "Via",
};

/** The one spelling under which a field is kept: long form and usual case if it is a known name, else as received. */
export function headerName(received: string): string {
  const lower = received.toLowerCase();
  const long = lower.length === 1 ? own(compactForms, lower) : own(known, lower);
  return long ?? received;
}

/** Names come from outside: "constructor" is no entry. */
function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.prototype.hasOwnProperty.call(table, key) ? table[key] : undefined;
}
