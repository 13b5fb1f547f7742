/// How the gateway listens and where its limits are. Everything is bounded; these are the bounds.
public struct GatewayConfiguration: Sendable, Hashable {
  /// The address to listen on: a loopback address, or `localhost` for 127.0.0.1.
  public var host: String
  /// The port to listen on; 0 lets the system choose.
  public var port: Int
  /// Event loops. One serves more than ten thousand requests a second; a second helps only where cores are idle.
  public var loops: Int
  /// Largest request body in bytes; more is answered with 413.
  public var maximumBodyBytes: Int
  /// Most bytes of OpenAI request bodies held at once, all callers together; more is answered with 503. (KServe bodies
  /// pass through and are not held.)
  public var maximumHeldBytes: Int
  /// Largest request header in bytes; more is answered with 431.
  public var maximumHeaderBytes: Int
  /// Bodies up to this many bytes are kept until the backend answers, so that another backend can be tried.
  public var replayBytes: Int
  /// Tries after the first.
  public var retries: Int
  /// Connections accepted at once; more are closed at once.
  public var maximumConnections: Int
  /// Idle connections kept to each backend on each loop.
  public var idleConnectionsPerBackend: Int
  /// Longest wait for a connection to a backend.
  public var connectTimeout: Duration
  /// Longest wait for the first byte of an answer after the request has gone.
  public var firstByteTimeout: Duration
  /// Longest silence within a request or an answer.
  public var idleTimeout: Duration
  /// How long a caller's connection may rest between requests.
  public var keepAliveTimeout: Duration
  /// How long a backend's connection may rest; shorter than what model servers grant (uvicorn closes after 5 s).
  public var backendKeepAliveTimeout: Duration
  /// How long a backend that could not be reached is passed over while others can answer; doubles with each failure up
  /// to 32 times.
  public var passOverTime: Duration
  /// How long requests in flight may go on after the shutdown began.
  public var drainTimeout: Duration
  /// After so long a silence on an event stream whose head has gone, a comment keeps it open; nil for never.
  public var streamKeepAlive: Duration?
  /// Relative half-width of the 95 % interval given to an energy that a backend reports without one, as declared by the
  /// operator; 0 to 1.
  public var reportedEnergySpread: Double
  /// Who may call. With none, everybody who reaches the port may; with some, a request without one of them is refused
  /// with 401, and no key goes on to a backend.
  public var keys: [CallerKey]
  /// Longest time from a request's head to the end of its answer, whatever moves.
  public var totalTimeout: Duration
  /// Names, besides this machine's loopback names and addresses, that callers may reach the gateway by and that pages
  /// in browsers may come from.
  public var hostNames: [String]
  /// What happens to paths below `/v1/` and `/api/` that mean nothing here.
  public var unknownPaths: UnknownPaths
  /// Who answers what is about no model: files, batches, unknown paths; nil for the first backend of the table.
  public var defaultBackend: Backend?
  /// Whether `model` in OpenAI and Ollama answers is the name that the caller used, not the one the backend has.
  public var answersWithAlias: Bool

  /// The defaults; change what differs.
  public init(
    host: String = "127.0.0.1", port: Int = 8080, loops: Int = 1, maximumBodyBytes: Int = 64 << 20,
    maximumHeldBytes: Int = 512 << 20, maximumHeaderBytes: Int = 32 << 10, replayBytes: Int = 1 << 20, retries: Int = 2,
    maximumConnections: Int = 4096, idleConnectionsPerBackend: Int = 64, connectTimeout: Duration = .seconds(5),
    firstByteTimeout: Duration = .seconds(300), idleTimeout: Duration = .seconds(60),
    keepAliveTimeout: Duration = .seconds(75), backendKeepAliveTimeout: Duration = .seconds(4),
    passOverTime: Duration = .seconds(1), drainTimeout: Duration = .seconds(30),
    streamKeepAlive: Duration? = .seconds(15), reportedEnergySpread: Double = 0.1, keys: [CallerKey] = [],
    totalTimeout: Duration = .seconds(86_400), hostNames: [String] = [], unknownPaths: UnknownPaths = .refused,
    defaultBackend: Backend? = nil, answersWithAlias: Bool = false
  ) {
    self.host = host
    self.port = port
    self.loops = loops
    self.maximumBodyBytes = maximumBodyBytes
    self.maximumHeldBytes = maximumHeldBytes
    self.maximumHeaderBytes = maximumHeaderBytes
    self.replayBytes = replayBytes
    self.retries = retries
    self.maximumConnections = maximumConnections
    self.idleConnectionsPerBackend = idleConnectionsPerBackend
    self.connectTimeout = connectTimeout
    self.firstByteTimeout = firstByteTimeout
    self.idleTimeout = idleTimeout
    self.keepAliveTimeout = keepAliveTimeout
    self.backendKeepAliveTimeout = backendKeepAliveTimeout
    self.passOverTime = passOverTime
    self.drainTimeout = drainTimeout
    self.streamKeepAlive = streamKeepAlive
    self.reportedEnergySpread = reportedEnergySpread
    self.keys = keys
    self.totalTimeout = totalTimeout
    self.hostNames = hostNames
    self.unknownPaths = unknownPaths
    self.defaultBackend = defaultBackend
    self.answersWithAlias = answersWithAlias
  }
}

/// What happens to a path that the gateway does not know.
public enum UnknownPaths: Sendable, Hashable {
  /// It is answered with 404.
  case refused
  /// It goes to the default backend as it is, under the gateway's key for that backend.
  case forwarded
}

extension GatewayConfiguration {
  /// - Throws: ``GatewayError`` naming the first limit that makes no sense.
  func validate() throws(GatewayError) {
    let counts = [
      ("loops", loops, 1), ("largest body", maximumBodyBytes, 1), ("limit of held bytes", maximumHeldBytes, 1),
      ("largest header", maximumHeaderBytes, 1024),
      ("replay limit", replayBytes, 1), ("retries", retries, 0), ("connection limit", maximumConnections, loops),
      ("idle connections", idleConnectionsPerBackend, 0),
    ]
    for (name, value, least) in counts where value < least {
      throw .invalidLimit(name, "\(least) or more, not \(value)")
    }
    let week = Duration.seconds(7 * 86_400)
    let times = [
      ("connect timeout", connectTimeout), ("first-byte timeout", firstByteTimeout), ("idle timeout", idleTimeout),
      ("total timeout", totalTimeout), ("keep-alive timeout", keepAliveTimeout),
      ("backend keep-alive timeout", backendKeepAliveTimeout),
    ]
    guard (0...1).contains(reportedEnergySpread) else {
      throw .invalidLimit("spread of reported energies", "between 0 and 1")
    }
    if let streamKeepAlive, streamKeepAlive <= .zero || streamKeepAlive > week {
      throw .invalidLimit("stream keep-alive", "within a week")
    }
    if keys.contains(where: { $0.secret.isEmpty || $0.name.isEmpty }) {
      throw .invalidLimit("caller keys", "named, each with a secret")
    }
    for (name, value) in times where value <= .zero || value > week { throw .invalidLimit(name, "within a week") }
    for (name, value) in [("drain timeout", drainTimeout), ("pass-over time", passOverTime)]
    where value < .zero || value > week { throw .invalidLimit(name, "between 0 and a week") }
  }
}
