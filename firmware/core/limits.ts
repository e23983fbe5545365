/**
 * Every bound of the system, in one place, unit last. A section belongs to the layer it is named after;
 * relations between bounds are asserted in `test/core/limits.test.ts`.
 */

// wire ------------------------------------------------------------------------------------------------------------

/** Largest UDP payload we send: fits every path without IP fragmentation (design §4). */
export const datagramBytesMax = 1200;
/** Largest plaintext message after reassembly: three fragments. */
export const messageBytesMax = 3400;
/** User name length, characters of `[a-z0-9._+-]`, or with @domain. */
export const userNameCharsMax = 32;
/** Largest credential accepted, bytes. */
export const credentialBytesMax = 320;
/** Hops a routed message may have left; in a healthy overlay it never runs out (protocol §3). */
export const hopsMax = 16;
/** Stack of link handles in a routed message, bytes: two for each hop. */
export const viaBytesMax = 32;
/** Prefixes of nodes a request keeps off, and the bytes of each. */
export const avoidMax = 8;
export const avoidPrefixBytes = 4;
/** Trace of a Find, bytes: a prefix for each hop, and that of who answers. */
export const traceBytesMax = 68;
/**
 * Largest frame in a tunnel, bytes: the datagram of each hop has 22 around its message, and that 75 at most around the
 * frame (a client as destination, a full stack of handles).
 */
export const tunnelFrameBytesMax = 1103;
/** Contacts in an update or a Find answer; in a Store answer that refers to others. */
export const contactsInMessageMax = 8;
export const candidatesMax = 3;
/** Records, and credentials, in one Fetch answer. */
export const recordsInAnswerMax = 8;
/** Dictionary key of a record, bytes: a Node-ID and a slot, with room. */
export const recordKeyBytesMax = 20;
/** Value of a record, bytes: a sealed message of the inbox is the largest. */
export const recordValueBytesMax = 512;
/** Records told of in one Stat answer. */
export const statEntriesMax = 32;
/** Longest time for which one watch is kept, seconds. */
export const watchSecondsMax = 300;
/** Records named in one digest. */
export const digestEntriesMax = 64;
/** Frames one hop-ack acknowledges. */
export const hopAckCountersMax = 8;
/** Fragments of one message. */
export const fragmentsMax = 3;
/** Questions and records read of one message of multicast DNS, and bytes of all their names. */
export const dnsEntriesMax = 32;
export const dnsNamesBytesMax = 2048;
/** Attributes read of one STUN message, and of those that nobody here knows how many are named. */
export const stunAttributesMax = 32;
export const stunStrangeMax = 8;

// identity --------------------------------------------------------------------------------------------------------

/** Characters of the domain of a user name, where it has one. */
export const userDomainCharsMax = 63;
/** Proof of work of a Node-ID in an open overlay: leading zero bits (2^14 hashes are 5 s on a C3). */
export const nodeIdWorkBits = 14;

// link ------------------------------------------------------------------------------------------------------------

/** Port of everything but stock SIP (design §4). */
export const musterPort = 6084;
/** Handshake: first resend (then doubled each time), the most resends, and when it is given up (protocol §2), ms. */
export const handshakeResendMs = 200;
export const handshakeResendsMax = 3;
export const handshakeLifetimeMs = 3000;
/** How often one attempt starts again because a cookie was demanded. */
export const handshakeCookiesMax = 3;
/** A half-open handshake younger than this is not given up for a newcomer, ms. */
export const halfOpenKeptMs = 500;
/** How long a simultaneous opener waits for the other's handshake before it goes on with its own, ms. */
export const yieldedMs = 1000;
/** A cookie secret is replaced after this, ms; the one before is still accepted. */
export const cookieSecretMs = 120_000;
/** To an address not proven yet: at most this many bytes for each byte that came from it. */
export const amplificationMax = 3;
/** How long what an unproven address sent counts for it, ms. */
export const sourceCreditMs = 10_000;
/** Half-open handshakes from which on every hello must carry a cookie. */
export const halfOpenCalm = 2;
/** Liveness interval T of siblings and the first associated peer, and of the rest, ms. */
export const siblingIntervalMs = 6000;
export const otherIntervalMs = 30_000;
/**
 * Silence, in parts of T, after which a link is pinged; pings stand this far apart; dead this long after the
 * first, ms.
 */
export const silenceOfInterval = 1.25;
export const pingSpacingMs = 500;
export const pingsMax = 3;
export const pingPatienceMs = 2000;
/** A session is renewed after this much use, ms and frames; its old keys still receive for a while, ms. */
export const sessionLifetimeMs: number = 8 * 3_600_000;
export const sessionFramesMax: number = 2 ** 40;
export const oldKeysMs = 10_000;
/**
 * Two sessions with one node that came up within this of each other are one meeting from both sides, ms; both
 * receive as long.
 */
export const duplicateSessionMs = 5000;
/** A path is tried anew at most this often, ms. */
export const pathProbeSpacingMs = 500;
/** A link in a tunnel tries an address first after this, then after twice as long each time, at most, ms. */
export const detourTryMs = 500;
export const detourTryMsMax = 60_000;
/** A link without a message either way for this long may be given up for a new one, ms. */
export const linkIdleMs = 60_000;
/**
 * Rows beyond the overlay's neighbours, for links that calls and messages need: one such guest is given up for another
 * after the first time without a message, and ends by itself after the second, ms; that of a call stays.
 */
export const guestRows = 2;
export const guestShieldMs = 2000;
export const guestIdleMs = 10_000;
/** How long a message in fragments may take to become whole, ms. */
export const reassemblyLifetimeMs = 3000;
/** Frames an initiator may send before it is confirmed that are sent again with hello3. */
export const flightFramesMax = 4;

/** What differs between a phone and a host in the link layer; every table of it is bounded by one of these. */
export interface LinkLimits {
  /** Links at once. */
  readonly rows: number;
  /** Sessions whose keys still receive though a newer one sends. */
  readonly retiredSessions: number;
  /** Handshakes answered and not finished. */
  readonly halfOpen: number;
  /** Own handshakes at once, waiting their turn, and begun in a second. */
  readonly attempts: number;
  readonly attemptsWaiting: number;
  readonly attemptsPerSecond: number;
  /** Hellos answered in a second and in a burst, from one address and in all. */
  readonly sourceHellosPerSecond: number;
  readonly sourceHellosBurst: number;
  readonly hellosPerSecond: number;
  readonly hellosBurst: number;
  readonly cookiesPerSecond: number;
  /** Hellos read at all in a second, with a cookie and without; in a call a quarter. The others cost little. */
  readonly hellosReadPerSecond: number;
  /** Frames of one link taken in a second: more than a node has to say. */
  readonly linkFramesPerSecond: number;
  /** Frames for links taken in a second from addresses that are not theirs. */
  readonly strayFramesPerSecond: number;
  /** Addresses whose hellos and bytes are counted one by one. */
  readonly sources: number;
  /** Frames held that overtook hello3, in all; of one handshake at most two. */
  readonly heldFrames: number;
  /** Messages in reassembly, in all. */
  readonly reassemblies: number;
  /** Credentials remembered so that a handshake can be short. */
  readonly knownCredentials: number;
  /** Datagrams, events and captured messages waiting to be taken; the oldest goes first. */
  readonly transmits: number;
  readonly events: number;
  readonly captures: number;
}

/**
 * A handset. Hellos with a cookie and without have 4/s each: of fifty phones switched on together each is met by 3/s on
 * average, and a cold answer is 0.1 s of an ESP32-C3's time.
 */
export const phoneLimits: LinkLimits = {
  rows: 34,
  retiredSessions: 6,
  halfOpen: 4,
  attempts: 4,
  attemptsWaiting: 32,
  attemptsPerSecond: 3,
  sourceHellosPerSecond: 1,
  sourceHellosBurst: 3,
  hellosPerSecond: 4,
  hellosBurst: 8,
  cookiesPerSecond: 40,
  hellosReadPerSecond: 64,
  linkFramesPerSecond: 100,
  strayFramesPerSecond: 16,
  sources: 32,
  heldFrames: 4,
  reassemblies: 2,
  knownCredentials: 48,
  transmits: 64,
  events: 128,
  captures: 64,
};

/** A host peer. It answers one address more often than a phone does: many phones may stand behind one NAT. */
export const hostLimits: LinkLimits = {
  rows: 768,
  retiredSessions: 64,
  halfOpen: 64,
  attempts: 16,
  attemptsWaiting: 256,
  attemptsPerSecond: 50,
  sourceHellosPerSecond: 5,
  sourceHellosBurst: 20,
  hellosPerSecond: 200,
  hellosBurst: 200,
  cookiesPerSecond: 2000,
  hellosReadPerSecond: 4000,
  linkFramesPerSecond: 1000,
  strayFramesPerSecond: 500,
  sources: 1024,
  heldFrames: 64,
  reassemblies: 64,
  knownCredentials: 4096,
  transmits: 2048,
  events: 2048,
  captures: 1024,
};

// overlay ---------------------------------------------------------------------------------------------------------

/** Bounds of one node's overlay; a phone has `phoneOverlay`, a host peer is configured with more. */
export interface OverlayLimits {
  /** Linked nodes that route; with the clients at most 1024, for a via handle has 10 bits for the row. */
  readonly neighbours: number;
  /** Clients this node serves while it is a peer. */
  readonly clients: number;
  /** Nodes known by hearsay only: from beacons, updates and Find answers. */
  readonly hearsay: number;
  /** Of those, how many one neighbour may have named. */
  readonly hearsayPerNeighbour: number;
  /** Routed frames kept for a resend, and the longest that is kept, bytes: a lookup's answer with its credential. */
  readonly heldFrames: number;
  readonly heldFrameBytes: number;
  /** Records of others and our own, bytes in all. */
  readonly storeBytes: number;
  /** Records that a full store remembers to be with another node. */
  readonly pointers: number;
  /** Copies lent by others of what everybody asks for, bytes in all. */
  readonly loanBytes: number;
  /** Records of its own that a node keeps in the overlay. */
  readonly published: number;
  /** Credentials of owners of records and of contacts. */
  readonly credentials: number;
  /** Signatures checked for Stores in one second. */
  readonly signaturesPerSecond: number;
  /** Watches of others that are kept. */
  readonly watches: number;
  /** Frames of others' tunnels passed on in one second; of one neighbour half as many. */
  readonly tunnelFramesPerSecond: number;
}

/** A phone: 32 rows, 6 kB of records (protocol §4, §5). */
export const phoneOverlay: OverlayLimits = {
  neighbours: 32,
  clients: 3,
  hearsay: 24,
  hearsayPerNeighbour: 8,
  heldFrames: 8,
  heldFrameBytes: 360,
  storeBytes: 6144,
  pointers: 8,
  loanBytes: 2048,
  published: 8,
  credentials: 48,
  signaturesPerSecond: 5,
  watches: 8,
  tunnelFramesPerSecond: 40,
};

/** A host peer: 510 rows and those of 256 clients, 4 MB of records (protocol §4). */
export const hostOverlay: OverlayLimits = {
  neighbours: 510,
  clients: 256,
  hearsay: 1024,
  hearsayPerNeighbour: 32,
  heldFrames: 256,
  heldFrameBytes: 1200,
  storeBytes: 4_194_304,
  pointers: 64,
  loanBytes: 65_536,
  published: 64,
  credentials: 4096,
  signaturesPerSecond: 500,
  watches: 1024,
  tunnelFramesPerSecond: 2000,
};

/** Peers with places for so many clients say that they serve clients; others take those that cannot be peers. */
export const clientsInvitedFrom = 32;
/** Peers a client is attached to, and further nodes it remembers for when those are gone (protocol §4). */
export const associatesMax = 3;
export const rememberedNodesMax = 8;
/** Records of others that a client keeps for its peers, bytes (protocol §4). */
export const lentBytesMax = 4096;
/** Peers that one host lets become clients at one time (protocol §4). */
export const demotionsAtOnceMax = 4;
/**
 * How long a routed message that was passed on is remembered, so that the same from the same neighbour is only
 * acknowledged, ms: longer than that one repeats it, shorter than its origin waits before it tries another way.
 */
export const passedMs = 1000;
/** Nearest nodes a peer stays linked to whatever else changes (protocol §4, I3). */
export const siblingsMax = 8;
/** Rows of a small table that are not for siblings, but for the farther parts of the overlay. */
export const bucketRowsMin = 2;
/**
 * Links a node looks for in each bucket, where there are too many nodes to be linked to all: one for so many rows of
 * its table, a phone two (protocol §4, I2), and the most. Two of a bucket are not given up for farther nodes.
 */
export const rowsForBucketLink = 16;
export const bucketLinksMax = 16;
export const spareLinks = 2;
/** Rows a node keeps free for those who need a link to it, where it can (protocol §4). */
export const freeRows = 8;
/**
 * Nodes that all link to all: what a phone has rows for. Beyond, each has the links it needs; that there are more is
 * beyond doubt when the spacing of the nearest says so many times as many.
 */
export const meshMax = 32;
export const meshExceededBeyondDoubt = 4;
/** Neighbours watched at the short liveness interval: siblings and holders of common records. */
export const closelyWatchedMax = 10;
/** Nodes that hold each record, and nodes near enough to be asked to when one of those is full (protocol §4, I4). */
export const replicasMax = 3;
export const responsibleMax = 5;
/** Owners whose claims to one name are kept side by side (protocol §1). */
export const ownersPerNameMax = 4;
/**
 * A node asked for one resource more often than this, in a second and at once, lends its answers to those who pass the
 * question on, until for so long, ms, nobody has asked; so many resources are counted; seconds of a loan (protocol §4).
 */
export const hotKeyPerSecond = 2;
export const hotKeyBurst = 4;
export const hotKeyMs = 15_000;
export const hotKeysMax = 8;
export const loanS = 30;
/**
 * Services (RFC 7374): characters of a name; greatest capacity of a provider, users at one time; levels of their tree
 * below the root; entries at one node of the tree, as many as an answer holds, and of each quarter of it above the
 * level where providers begin; peers of the overlay for each node of that level, at most.
 */
export const serviceNameCharsMax = 16;
export const serviceCapacityMax = 65_535;
/** Load of a provider when all of it is in use; ways of a gateway, characters of how numbers begin there, and cost. */
export const serviceLoadMax = 255;
export const servicePathsMax = 3;
export const servicePrefixCharsMax = 8;
export const serviceCostMax = 65_535;
export const serviceLevelsMax = 8;
export const serviceEntriesMax = 8;
export const serviceChildEntriesMax = 2;
export const servicePeersPerPlace = 4;
/** How long an entry of a provider holds, seconds; it is stored anew each third of that. */
export const serviceLifetimeS = 900;
/** End-to-end requests under way; records we publish; lookups of records and of nodes under way. */
export const requestsMax = 16;
export const publishedRecordsMax = 8;
export const lookupsMax = 8;
/** Nodes near what is sought that a lookup in doubt keeps in mind, and links it opens to ask them. */
export const searchCandidatesMax = 10;
export const searchLinksMax = 5;
/** Nodes kept in mind that seem to lie; a request names eight of them at most. */
export const suspectsMax = 16;
/** Node-IDs of one IP address outside the own LAN: among the siblings, in each bucket, of those a search hears of. */
export const nodesPerAddressMax = 2;
/** Names this node watches; notifies of one node under way; appends and Stats under way. */
export const ownWatchesMax = 8;
export const notifiesMax = 4;
export const recordQueriesMax = 8;
/** Copies of records being handed to others at one time. */
export const handoversMax = 4;
/** Messages of one digest at a time: 504 records; of more, others the next time. */
export const digestPartsMax = 8;
/** Effects waiting for the node to take them: a host peer that leaves has some for each of its neighbours. */
export const overlayEffectsMax = 2048;
/** Addresses to begin with: configured or remembered. */
export const bootstrapsMax = 16;
/** Addresses greeted that answers to one question of DNS-SD name: anybody on the LAN may have written them. */
export const serviceAddressesMax = 4;
/** Source addresses of beacons remembered, so that none is tried twice in 30 s. */
export const beaconSourcesMax = 64;

// media -----------------------------------------------------------------------------------------------------------

/** Samples in a second: G.711's clock. */
export const audioSamplesPerSecond = 8000;
/** Length of one audio frame and of one RTP packet, ms and samples. */
export const audioFrameMs = 20;
export const audioFrameSamples = 160;
/** The unit of the jitter buffer: half a frame, so that senders of 10 and 30 ms packets fit too. */
export const audioBlockSamples = 80;
/** Largest RTP payload accepted, bytes: 100 ms of G.711. */
export const rtpPayloadBytesMax = 800;
/** RTCP packets read from one compound; what follows is an error. */
export const rtcpPacketsMax = 8;
/** Characters of a CNAME accepted. */
export const cnameCharsMax = 64;
/** Ring of the jitter buffer: 400 ms of G.711, 3200 B. */
export const jitterRingBlocks = 40;
/** Playout delay, frames of 20 ms (phase of the audio clock, 0 .. 20 ms, comes on top): at start, least, most. */
export const jitterDelayFramesInitial = 4;
export const jitterDelayFramesMin = 3;
export const jitterDelayFramesMax = 10;
/** Frames over which the least slack is observed before the delay may shrink: 30 s. */
export const jitterWindowFrames = 1500;
/** Quiet frames in a row that make a pause, in which frames may be inserted or removed: 100 ms. */
export const jitterPauseFrames = 5;
/** Missing frames in a row that are concealed before silence takes over: 100 ms. */
export const concealedFramesMax = 5;
/** Digits waiting to be sent. */
export const dtmfDigitsMax = 32;
/** Mean interval of RTCP reports, ms (RFC 3550 §6.2). */
export const rtcpIntervalMs = 5000;
/** A stream unheard for so long is reported silent and may be replaced by another source, ms. */
export const streamSilentMs = 3000;
/** Buffers for packets on their way out of one session: two of a tick, reports, and room. */
export const mediaPacketsOutboundMax = 8;
/** Largest packet a session sends, RTP or RTCP, with room for SRTP's trailer. */
export const mediaPacketBytesMax = 208;
/** Events of one session waiting to be polled. */
export const mediaEventsMax = 32;

// console ---------------------------------------------------------------------------------------------------------

/** Bytes kept of one typed line; a line that fills them was cut and is refused. */
export const lineBytesMax = 1024;
/** Complete lines waiting to be read from one console. */
export const linesWaitingMax = 64;
/** Longest text of one message, bytes of UTF-8: a MESSAGE request stays below the 1300 B of RFC 3428 §8. */
export const messageTextBytesMax = 800;
/** Keys in one `dial`. */
export const dialDigitsMax = 32;
/** Longest value of a setting, bytes of UTF-8, and configured bootstrap addresses. */
export const settingBytesMax = 128;
export const bootstrapEndpointsMax = 4;
/** Code points of remote text that are printed on one line before it is cut. */
export const printedCharsMax = 800;

// phone -----------------------------------------------------------------------------------------------------------

/** Contacts a phone keeps; one more is refused, none is forgotten silently. */
export const contactsMax = 64;
/** Calls the log keeps; the oldest goes. */
export const callLogEntriesMax = 20;
/** Claims to one name that are offered for choice (protocol.md §1: up to 4 owner keys per name). */
export const claimsMax = 4;
/** Text messages whose delivery is awaited. */
export const messagesAwaitedMax = 16;
/** How long a call is tried before the other phone rings, ms. */
export const dialMsMax = 40_000;
/** How long it may ring, here or there, ms. */
export const ringMsMax = 90_000;
/** How long a person may think about which claim to call, ms. */
export const chooseMsMax = 60_000;
/** How long the end of a call stays shown, ms. */
export const endedShownMs = 3000;

// storage ---------------------------------------------------------------------------------------------------------

/** Largest stored item, bytes: a full phone book of the longest names; kept twice, it fits a device's NVS of 56 KB. */
export const storedBytesMax = 12_288;
/** Settings and peers kept in one item. */
export const storedSettingsMax = 32;
export const rememberedPeersMax = 16;
/** How often the call log and the remembered peers are written at most, ms: flash wears. */
export const callLogSavedEveryMs = 60_000;
export const peersSavedEveryMs = 600_000;

// hal -------------------------------------------------------------------------------------------------------------

/** IPv4 group of the LAN beacon, administratively scoped (RFC 2365 §6); IPv6 has none yet. */
export const groupAddress = "239.255.60.84";
/** Datagrams received and not yet read; the oldest goes. */
export const datagramsWaitingMax = 256;
/** Datagrams read in one turn of a phone's loop before timers and audio have theirs. */
export const datagramsPerTurnMax = 16;
/** Frames written for playing and not yet played; the oldest goes. */
export const framesWaitingMax = 4;
/** Frames in the queue of a phone's loudspeaker, which is how long a script turn may take: 40 ms. */
export const playingFramesMax = 2;
/** Frames that may wait in a phone's microphone beside what its driver brings at once. */
export const microphoneFramesMax = 3;
/** Bytes printed on a console that nobody reads, kept until somebody does; lines past it are dropped. */
export const outputWaitingBytesMax = 65_536;
/** Characters that wait on a phone's serial console; past it the oldest line goes, one that is longer is kept alone. */
export const serialWaitingCharsMax = 8192;

// node ------------------------------------------------------------------------------------------------------------

/** Nodes sought at once without a link to them, and how long one is sought, ms. */
export const reachesMax = 4;
export const reachMsMax = 10_000;
/** A node that has not answered a greeting for so long is looked for in another way beside, ms: hello went thrice. */
export const slowGreetingMs = 1000;
/** Places of nodes heard of, and how long hearsay is kept, ms; anybody linked can fill them: 220 B each on a phone. */
export const placesMax = 16;
export const placeKeptMs = 600_000;
/** SIP messages waiting for the link to one node. */
export const sipWaitingMax = 4;
/** Proof-of-work hashes tried in one turn of the loop: 9 ms on an ESP32-C3. */
export const hashesPerTurn = 64;
/** Events and datagrams of a node waiting to be polled: a host peer may say something to all its neighbours at once. */
export const nodeQueueMax = 2048;

// sip -------------------------------------------------------------------------------------------------------------

/** Longest SIP message read, bytes: RFC 4475's longest is 3.5 kB; a link carries `messageBytesMax` at most. */
export const sipMessageBytesMax = 8192;
/** Header fields in one message, values in one of them (Via: 70 hops, RFC 3261 §8.1.1.6), parameters of one value. */
export const sipFieldsMax = 96;
export const sipValuesMax = 72;
export const sipParametersMax = 24;
/** Longest session description read, bytes, its lines and its media sections. */
export const sdpBytesMax = 8192;
export const sdpLinesMax = 256;
export const sdpMediaMax = 8;
/** Text of one MESSAGE, bytes of UTF-8 (RFC 3428 §8 asks for at most 1300 in the whole; three fragments carry it). */
export const sipTextBytesMax = 1300;
/** Round-trip estimate and the two ceilings of the transaction timers (RFC 3261 §17.1.1.1), ms. */
export const sipT1Ms = 500;
export const sipT2Ms = 4000;
export const sipT4Ms = 5000;
/** Transactions at once, and those that one other node may hold of them. */
export const sipTransactionsMax = 24;
export const sipTransactionsPerPeerMax = 8;
/** Of them, those that are over and only meet repetitions: some half a kilobyte each, for half a minute. */
export const sipFinishedMax = 3;
/** Devices of one user that one call rings (protocol §4: three). */
export const sipTargetsMax = 3;
/** How long a caller lets the other phone ring; the callee's own patience is longer, for when the CANCEL is lost. */
export const sipRingMs = 60_000;
export const sipRingCalleeMs = 75_000;
/** Dialogs at once: the call, and calls whose end is still being acknowledged. */
export const sipSessionsMax = 6;
/** Events and messages waiting to be drained. */
export const sipOutboxMax = 64;
/** Port of SIP with stock phones (RFC 3261 §19.1.2); an address of a stock phone without a port means it too. */
export const stockSipPort = 5060;
/** Transactions at once with stock phones, and those that one of them may hold. */
export const stockTransactionsMax = 10;
export const stockTransactionsPerPeerMax = 6;
/** Text of one MESSAGE to a stock phone, bytes: the whole stays below the 1300 B of RFC 3261 §18.1.1. */
export const stockTextBytesMax = 800;
/** Longest datagram of a stock phone that is read; all there is of RFC 4475 fits. */
export const stockMessageBytesMax = 4096;
/** Of what such a datagram is taken apart at most: lines, parameters and list items, each of which costs 100 B. */
export const stockMessagePartsMax = 160;
/** Longest answer to a stock phone that is kept for when the request comes again, bytes. */
export const stockKeptBytesMax = 1000;
/** Characters of what a transaction is found by; of a longer one the ends and a sum are kept. */
export const sipKeyCharsMax = 160;
/** Shortest datagram that can be SIP; what is shorter keeps a NAT's door open. */
export const stockMessageBytesMin = 16;
/** Characters of the user part of a stock phone's name; a longer one is left out. */
export const stockUserCharsMax = 64;
/** Addresses of stock phones whose bytes are counted, and for how long, ms: ringing, and the 200 until its ACK. */
export const stockSourcesMax = 16;
export const stockSourceMs = 110_000;
/** Ports of speech with stock phones: even numbers for RTP, the one after for RTCP; the first free pair is taken. */
export const stockMediaPortFirst = 5004;
export const stockMediaPortLast = 5018;
/** Destination lists in one registration (protocol §4), IDs in one list. */
export const registrationListsMax = 3;
export const destinationIdsMax = 2;
/** Registration without its user's full name, bytes (protocol §5): beside a name to forward to fewer lists may fit. */
export const registrationBytesMax = 64;
/** Full name of a user, bytes of UTF-8: what he calls himself beside his user name. */
export const fullNameBytesMax = 48;
/** Name that calls can be forwarded to, characters: what fits into a registration without any list. */
export const forwardCharsMax: number = registrationBytesMax - 3;

// telephone -------------------------------------------------------------------------------------------------------

/** Lookups of names under way at once. */
export const nameLookupsMax = 8;
/** How long the answer of a lookup is used again while everybody found is linked, ms: a second call rings at once. */
export const lookupFreshMs = 60_000;
/** Services sought at one time, and services that one node offers. */
export const serviceLookupsMax = 4;
/** A relay whose link takes no longer there and back is near, ms: it is on the same LAN, or next to it. */
export const serviceNearMs = 20;
export const servicesOfferedMax = 8;
/** How often one call is forwarded from name to name. */
export const forwardsMax = 3;
/** How long a phone that was told to adopt another waits for it: the code is good for so long, ms. */
export const adoptMsMax = 300_000;
/** Wishes are refused at most so often, ms: strangers who do not answer shall not fill SIP's transactions. */
export const adoptRefusalEveryMs = 4000;
/** How long a phone that asks to be adopted waits for an answer, ms. */
export const joinUserMsMax = 15_000;
/** Credentials kept from lookups, and for how long, ms: until the link to their owner is up. */
export const lookupCredentialsMax = 12;
export const lookupCredentialMs = 60_000;
/** In a call nothing was heard for so long: the person is told; the other phone is asked whether it is there, ms. */
export const callSilentMs = 3000;
export const callAskedMs = 10_000;
/** The same on hold, where no speech is due, and reports are not everybody's habit, ms. */
export const heldCallAskedMs = 60_000;
/** How long after being asked the other phone may stay silent before the call is given up as lost, ms. */
export const callLostMs = 20_000;
/** How long leaving may take before the phone goes without, ms. */
export const leaveMsMax = 3000;
