/** What the product does not do yet: the simulator leaves these alone until it does. */
export const awaited = {
  /** The sweep finds entries of which no webhook told us. */
  lostWebhooksAreCaughtUp: true,
  /** The sweep puts back a status tag that a person deleted. */
  deletedTagsComeBack: true,
  /** A write that Lever refused once is tried again later. */
  refusedWritesAreTriedAgain: true,
  /** A worker that learns too late of an old grant's end leaves the new connection alone. */
  staleWorkersDoNotDisconnect: true,
};
