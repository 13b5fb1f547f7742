import GRDB

/// The tables, as named migrations. A released migration is never changed; a new need is a new one at the end.
///
/// Times are integer milliseconds UTC, energies integer microjoules, carbon of requests integer nanograms. Tables are
/// STRICT, so that a wrong type is an error when it is written and not when it is read.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    for migration in migrations {
      migrator.registerMigration(migration.name) { db in try db.execute(sql: migration.sql) }
    }
    return migrator
  }()

  /// The names of all migrations, oldest first.
  static var names: [String] { migrations.map(\.name) }

  private static let migrations: [(name: String, sql: String)] = [
    ("activities and figures", activities),
    ("grid signals", signals),
    ("variants and decisions", variantsAndDecisions),
    ("requests and hours", requests),
    ("journals", journals),
    ("kept grid issues", keptIssues),
    ("energy of requests", energyOfRequests),
    ("quality points", qualityPoints),
    ("places and directives", placesAndDirectives),
    ("quality receipts", qualityReceipts),
  ]

  private static let activities = """
    CREATE TABLE activity (
      id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, parent TEXT, name TEXT NOT NULL, status TEXT NOT NULL,
      reason TEXT, started_ms INTEGER NOT NULL, ended_ms INTEGER, grid_started_ms INTEGER, grid_ended_ms INTEGER,
      monotonic_started_ns INTEGER, monotonic_ended_ns INTEGER, clock TEXT NOT NULL, meter TEXT, region TEXT,
      decision_id TEXT, signal_id TEXT, exit_code INTEGER, detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX activity_by_start ON activity (started_ms, id);
    CREATE INDEX activity_by_kind ON activity (kind, started_ms, id);
    CREATE INDEX activity_by_parent ON activity (parent, started_ms, id) WHERE parent IS NOT NULL;
    CREATE TABLE component (
      activity TEXT NOT NULL REFERENCES activity (id), name TEXT NOT NULL, microjoules INTEGER,
      low_microjoules INTEGER, high_microjoules INTEGER, origin TEXT, method TEXT, detail TEXT,
      PRIMARY KEY (activity, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE conservation (
      activity TEXT PRIMARY KEY NOT NULL REFERENCES activity (id), host INTEGER NOT NULL, attributed INTEGER NOT NULL,
      idle INTEGER NOT NULL, self INTEGER NOT NULL, unattributed INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE figure (
      id TEXT PRIMARY KEY NOT NULL, activity TEXT NOT NULL REFERENCES activity (id), name TEXT NOT NULL, value REAL,
      low REAL, high REAL, unit TEXT NOT NULL, origin TEXT, method TEXT, reason TEXT, receipt TEXT NOT NULL,
      CHECK (value IS NOT NULL OR reason IS NOT NULL)
    ) STRICT;
    CREATE INDEX figure_by_activity ON figure (activity, name);
    """

  private static let signals = """
    CREATE TABLE signal (
      id TEXT PRIMARY KEY NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, issued_ms INTEGER NOT NULL,
      valid_from_ms INTEGER NOT NULL, valid_to_ms INTEGER NOT NULL, value REAL NOT NULL, low REAL, high REAL,
      unit TEXT NOT NULL, provider TEXT NOT NULL, estimated INTEGER NOT NULL, source TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX signal_by_validity ON signal (region, kind, valid_to_ms, valid_from_ms, issued_ms);
    """

  private static let variantsAndDecisions = """
    CREATE TABLE variant (
      id TEXT PRIMARY KEY NOT NULL, alias TEXT NOT NULL, name TEXT NOT NULL, calibrated_ms INTEGER NOT NULL,
      quality REAL, quality_low REAL, samples INTEGER, joules_per_unit REAL NOT NULL, joules_per_unit_low REAL NOT NULL,
      joules_per_unit_high REAL NOT NULL, joules_per_request REAL NOT NULL, joules_per_request_low REAL NOT NULL,
      joules_per_request_high REAL NOT NULL, receipt TEXT NOT NULL
    ) STRICT;
    CREATE INDEX variant_by_alias ON variant (alias, calibrated_ms, id);
    CREATE TABLE decision (
      id TEXT PRIMARY KEY NOT NULL, activity TEXT NOT NULL REFERENCES activity (id), alias TEXT NOT NULL,
      grid_ms INTEGER NOT NULL, made_ms INTEGER NOT NULL, policy TEXT NOT NULL, mode TEXT NOT NULL, price REAL,
      chosen TEXT NOT NULL, shares TEXT NOT NULL, reason TEXT NOT NULL, expected_saving_grams REAL, signal_id TEXT,
      input TEXT NOT NULL, state TEXT NOT NULL
    ) STRICT;
    CREATE INDEX decision_by_activity ON decision (activity, grid_ms, id);
    CREATE INDEX decision_by_time ON decision (grid_ms, id);
    """

  private static let requests = """
    CREATE TABLE request (
      id TEXT PRIMARY KEY NOT NULL, activity TEXT NOT NULL REFERENCES activity (id), alias TEXT NOT NULL,
      variant TEXT NOT NULL, decision_id TEXT, received_ms INTEGER NOT NULL, grid_ms INTEGER NOT NULL,
      duration_us INTEGER NOT NULL, status INTEGER NOT NULL, protocol TEXT NOT NULL, units INTEGER,
      microjoules INTEGER, low_microjoules INTEGER, high_microjoules INTEGER, nanograms INTEGER,
      tokens_in INTEGER, tokens_out INTEGER, why TEXT NOT NULL, correct INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX request_by_activity ON request (activity, received_ms, id);
    CREATE INDEX request_by_time ON request (received_ms, id);
    CREATE TABLE rollup_hour (
      activity TEXT NOT NULL REFERENCES activity (id), alias TEXT NOT NULL, variant TEXT NOT NULL,
      hour_ms INTEGER NOT NULL, requests INTEGER NOT NULL, failed INTEGER NOT NULL, units INTEGER NOT NULL,
      microjoules INTEGER NOT NULL, without_energy INTEGER NOT NULL, nanograms INTEGER NOT NULL,
      without_carbon INTEGER NOT NULL, judged INTEGER NOT NULL, correct INTEGER NOT NULL,
      PRIMARY KEY (activity, alias, variant, hour_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX rollup_by_hour ON rollup_hour (hour_ms);
    """

  private static let journals = """
    CREATE TABLE journal (
      path TEXT PRIMARY KEY NOT NULL, activity TEXT NOT NULL REFERENCES activity (id), bytes INTEGER NOT NULL,
      closed_ms INTEGER NOT NULL
    ) STRICT;
    """

  /// Every grid value ever read. Rows are of a stream's newest months; blocks hold the months behind (``SlotBlock``).
  private static let keptIssues = """
    CREATE TABLE signal_stream (
      id INTEGER PRIMARY KEY NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, provider TEXT NOT NULL,
      UNIQUE (region, kind, provider)
    ) STRICT;
    CREATE TABLE signal_label (
      id INTEGER PRIMARY KEY NOT NULL, unit TEXT NOT NULL, source TEXT NOT NULL, UNIQUE (unit, source)
    ) STRICT;
    CREATE TABLE signal_issue (
      stream INTEGER NOT NULL REFERENCES signal_stream (id), valid_from_ms INTEGER NOT NULL,
      valid_to_ms INTEGER NOT NULL, issued_ms INTEGER NOT NULL, fetched_ms INTEGER NOT NULL, value REAL NOT NULL,
      low REAL, high REAL, estimated INTEGER NOT NULL, label INTEGER NOT NULL REFERENCES signal_label (id),
      PRIMARY KEY (stream, valid_from_ms, valid_to_ms, issued_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE signal_block (
      stream INTEGER NOT NULL REFERENCES signal_stream (id), month INTEGER NOT NULL, from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (stream, month)
    ) STRICT, WITHOUT ROWID;
    """

  /// Whose word a request's energy is, what cancelled and failed tries used, and calibrations by the token. Older rows
  /// keep nothing where nothing was known; that a caller had left, their status says.
  private static let energyOfRequests = """
    ALTER TABLE variant ADD COLUMN joules_per_input_token REAL;
    ALTER TABLE variant ADD COLUMN joules_per_input_token_low REAL;
    ALTER TABLE variant ADD COLUMN joules_per_input_token_high REAL;
    ALTER TABLE variant ADD COLUMN joules_per_output_token REAL;
    ALTER TABLE variant ADD COLUMN joules_per_output_token_low REAL;
    ALTER TABLE variant ADD COLUMN joules_per_output_token_high REAL;
    ALTER TABLE request ADD COLUMN energy_origin TEXT;
    ALTER TABLE request ADD COLUMN energy_method TEXT;
    ALTER TABLE request ADD COLUMN tokens_in_cached INTEGER;
    ALTER TABLE request ADD COLUMN failed_tries INTEGER;
    ALTER TABLE request ADD COLUMN wasted_microjoules INTEGER;
    ALTER TABLE request ADD COLUMN hedged_microjoules INTEGER;
    ALTER TABLE request ADD COLUMN cancelled INTEGER;
    ALTER TABLE request ADD COLUMN first_byte_us INTEGER;
    ALTER TABLE request ADD COLUMN streamed INTEGER;
    ALTER TABLE rollup_hour ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup_hour ADD COLUMN cancelled_microjoules INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup_hour ADD COLUMN cancelled_without_energy INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup_hour ADD COLUMN wasted_microjoules INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup_hour ADD COLUMN without_wasted INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup_hour ADD COLUMN hedged_microjoules INTEGER NOT NULL DEFAULT 0;
    UPDATE rollup_hour SET cancelled = left_by.requests, cancelled_microjoules = left_by.microjoules,
      cancelled_without_energy = left_by.without_energy
    FROM (
      SELECT activity, alias, variant,
        CASE WHEN grid_ms >= 0 THEN grid_ms / 3600000 ELSE -((3599999 - grid_ms) / 3600000) END * 3600000 AS hour_ms,
        count(*) AS requests, sum(coalesce(microjoules, 0)) AS microjoules, sum(microjoules IS NULL) AS without_energy
      FROM request WHERE status = 499 GROUP BY 1, 2, 3, 4
    ) AS left_by
    WHERE rollup_hour.activity = left_by.activity AND rollup_hour.alias = left_by.alias
      AND rollup_hour.variant = left_by.variant AND rollup_hour.hour_ms = left_by.hour_ms;
    """

  /// Answers that are neither right nor wrong: their quality points, summed by the hour.
  private static let qualityPoints = """
    ALTER TABLE request ADD COLUMN points REAL;
    ALTER TABLE rollup_hour ADD COLUMN points REAL NOT NULL DEFAULT 0;
    """

  /// Which variant a directive is on, and what the variants of a decision stand on that are not on the site's own grid.
  private static let placesAndDirectives = """
    ALTER TABLE variant ADD COLUMN directive_of TEXT;
    ALTER TABLE decision ADD COLUMN grids TEXT;
    """

  /// How a variant's quality was found, where that was apart from its energy.
  private static let qualityReceipts = "ALTER TABLE variant ADD COLUMN quality_receipt TEXT;"
}
