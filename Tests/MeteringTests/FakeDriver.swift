import Testing

@testable import Metering

/// A driver library built by the tests, whose readings stand in a file.
///
/// Each line of the file is one reading: `energy 0 1000000`, `power 0 120000`, `process 0 PID`,
/// `activity 0 PID MICROSECONDS PERCENT`; the number behind the word is the GPU. A missing reading is "not supported".
/// Others: `field186 0 MILLIWATTS SCOPE`; `trace 0 MILLISECONDS MILLIWATTS` with `clock 0 MILLISECONDS` (the plain
/// power call then gives the mean of the last second of the trace); `architecture 0 9`, `limit 0 DEFAULT`,
/// `enforced 0 LIMIT`, `range 0 LEAST MOST`, `utilisation 0 PERCENT`, `mig 0 PLACES`, `instance 0 PLACE ID SLICES`,
/// `process 0 PID BYTES ID`; `error-CALL 0 CODE` with CALL energy, power, processes, activity or utilisation; and
/// `hang 0 1`: while the file says so, the energy call does not return.
struct FakeDriver {
  let folder: TemporaryFolder
  var library: String { "\(folder.path)/libnvidia-ml.so.1" }

  /// Builds a driver with some of its calls left out, or with the newer call for what processes do.
  init(without calls: [String] = [], gpus: Int = 1, hasNewActivity: Bool = false) throws {
    folder = try TemporaryFolder()
    try folder.write("fake.c", Self.source)
    try set([])
    var flags = calls.map { "-DNO_\($0)" } + ["-DGPUS=\(gpus)", "-DREADINGS=\"\(folder.path)/readings\""]
    if hasNewActivity { flags.append("-DNEW_ACTIVITY") }
    // A name of its own inside: under the driver's, another test of this process that looks for the machine's own driver
    // would be given this one.
    let command = ["cc", "-shared", "-fPIC", "-Wl,-soname,libdimmer-fake-nvml.so"] + flags
    let pid = try Programs.start(command + ["-o", library, "\(folder.path)/fake.c"])
    try #require(Programs.wait(pid).status == 0, "the fake driver could not be built")
  }

  /// What the driver says from now on.
  func set(_ readings: [String]) throws { try folder.write("readings", readings.joined(separator: "\n") + "\n") }

  private static let source = #"""
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>

    typedef struct device { int index; } *device_t;
    static struct device devices[8] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};

    /* The n-th reading of a kind for a GPU; the number of values found. */
    static int reading(const char *kind, int gpu, int n, unsigned long long values[4]) {
      FILE *file = fopen(READINGS, "r");
      char line[256], word[32];
      int found = 0;
      if (file == NULL) return 0;
      while (found == 0 && fgets(line, sizeof line, file)) {
        int index = -1;
        int count = sscanf(
          line, "%31s %d %llu %llu %llu %llu", word, &index, &values[0], &values[1], &values[2], &values[3]);
        if (count >= 3 && strcmp(word, kind) == 0 && index == gpu && n-- == 0) found = count - 2;
      }
      fclose(file);
      return found;
    }

    /* The code that a call is told to give; 0 when none. */
    static int told(const char *call, int gpu) {
      unsigned long long values[4];
      char word[32];
      snprintf(word, sizeof word, "error-%s", call);
      return reading(word, gpu, 0, values) ? (int)values[0] : 0;
    }

    /* One value of one kind, or not supported. */
    static int value_of(const char *kind, device_t device, unsigned *value) {
      unsigned long long values[4];
      if (!reading(kind, device->index, 0, values)) return 3;
      *value = (unsigned)values[0];
      return 0;
    }

    int nvmlInit_v2(void) { return 0; }
    int nvmlInitWithFlags(unsigned flags) { return flags == 1 ? 0 : 2; }
    int nvmlShutdown(void) { return 0; }
    const char *nvmlErrorString(int code) { return code == 15 ? "GPU is lost" : "some error"; }
    int nvmlDeviceGetCount_v2(unsigned *count) { *count = GPUS; return 0; }
    int nvmlDeviceGetHandleByIndex_v2(unsigned index, device_t *device) {
      if (index >= GPUS) return 2;
      *device = &devices[index];
      return 0;
    }
    int nvmlDeviceGetName(device_t device, char *text, unsigned size) {
      snprintf(text, size, "Fake %d", device->index);
      return 0;
    }
    int nvmlDeviceGetUUID(device_t device, char *text, unsigned size) {
      snprintf(text, size, "GPU-%d", device->index);
      return 0;
    }
    #ifndef NO_ENERGY
    int nvmlDeviceGetTotalEnergyConsumption(device_t device, unsigned long long *energy) {
      unsigned long long values[4];
      while (reading("hang", 0, 0, values)) usleep(1000);
      if (reading("lost", device->index, 0, values)) return 15;
      if (told("energy", device->index)) return told("energy", device->index);
      if (!reading("energy", device->index, 0, values)) return 3;
      *energy = values[0];
      return 0;
    }
    #endif
    /* The mean of the last second of a trace of steps, each "from this millisecond on so many milliwatts". */
    static int averaged(device_t device, unsigned *power) {
      unsigned long long step[4], clock[4];
      if (!reading("trace", device->index, 0, step)) return 3;
      if (!reading("clock", device->index, 0, clock)) return 21;
      double sum = 0, to = (double)clock[0], from = to - 1000;
      int count = 0;
      while (reading("trace", device->index, count, step) == 2) count++;
      for (int n = 0; n < count; n++) {
        unsigned long long next[4];
        reading("trace", device->index, n, step);
        double begin = n == 0 ? from : (double)step[0];
        double end = n + 1 < count && reading("trace", device->index, n + 1, next) ? (double)next[0] : to;
        if (begin < from) begin = from;
        if (end > to) end = to;
        if (end > begin) sum += (end - begin) * (double)step[1];
      }
      *power = (unsigned)(sum / 1000);
      return 0;
    }
    int nvmlDeviceGetPowerUsage(device_t device, unsigned *power) {
      unsigned long long values[4];
      if (reading("lost", device->index, 0, values)) return 15;
      if (told("power", device->index)) return told("power", device->index);
      if (averaged(device, power) == 0) return 0;
      return value_of("power", device, power);
    }
    int nvmlDeviceGetArchitecture(device_t device, unsigned *value) { return value_of("architecture", device, value); }
    int nvmlDeviceGetPowerManagementDefaultLimit(device_t device, unsigned *value) {
      return value_of("limit", device, value);
    }
    int nvmlDeviceGetEnforcedPowerLimit(device_t device, unsigned *value) { return value_of("enforced", device, value); }
    int nvmlDeviceGetPowerManagementLimitConstraints(device_t device, unsigned *least, unsigned *most) {
      unsigned long long values[4];
      if (reading("range", device->index, 0, values) < 2) return 3;
      *least = (unsigned)values[0];
      *most = (unsigned)values[1];
      return 0;
    }
    /* nvmlUtilization_t: the GPU's percent at 0, the memory's at 4. */
    int nvmlDeviceGetUtilizationRates(device_t device, unsigned rates[2]) {
      rates[1] = 77;
      if (told("utilisation", device->index)) return told("utilisation", device->index);
      return value_of("utilisation", device, &rates[0]);
    }
    /* Rows of 40 bytes: field 0, scope 4, type 24, code 28, value 32. */
    int nvmlDeviceGetFieldValues(device_t device, int count, unsigned char *rows) {
      for (int n = 0; n < count; n++) {
        unsigned char *row = rows + 40 * n;
        unsigned long long values[4];
        unsigned field, scope, type = 1, power = 0;
        int code = 3, found;
        char word[32];
        memcpy(&field, row, 4);
        memcpy(&scope, row + 4, 4);
        snprintf(word, sizeof word, "field%u", field);
        found = reading(word, device->index, 0, values);
        if (found >= 1 && scope == (found >= 2 ? (unsigned)values[1] : 0)) {
          code = 0;
          power = (unsigned)values[0];
        }
        memset(row + 8, 0xAA, 32);
        memcpy(row + 24, &type, 4);
        memcpy(row + 28, &code, 4);
        memcpy(row + 32, &power, 4);
      }
      return 0;
    }
    /* An instance's handle is the board's index and the place, put together. */
    static struct device cut[64];
    int nvmlDeviceGetMigMode(device_t device, unsigned *current, unsigned *pending) {
      unsigned long long values[4];
      *current = *pending = reading("mig", device->index, 0, values) ? 1 : 0;
      return 0;
    }
    int nvmlDeviceGetMaxMigDeviceCount(device_t device, unsigned *count) { return value_of("mig", device, count); }
    static int instance(int board, int place, unsigned long long values[4]) {
      for (int n = 0; reading("instance", board, n, values) == 3; n++) {
        if ((int)values[0] == place) return 1;
      }
      return 0;
    }
    int nvmlDeviceGetMigDeviceHandleByIndex(device_t device, unsigned place, device_t *found) {
      unsigned long long values[4];
      if (place >= 8 || !instance(device->index, (int)place, values)) return 6;
      *found = &cut[8 * device->index + (int)place];
      (*found)->index = 1000 + 8 * device->index + (int)place;
      return 0;
    }
    int nvmlDeviceGetGpuInstanceId(device_t device, unsigned *id) {
      unsigned long long values[4];
      int key = device->index - 1000;
      if (key < 0 || !instance(key / 8, key % 8, values)) return 2;
      *id = (unsigned)values[1];
      return 0;
    }
    /* 40 bytes, the compute slices at 24. */
    int nvmlDeviceGetAttributes_v2(device_t device, unsigned char *attributes) {
      unsigned long long values[4];
      int key = device->index - 1000;
      if (key < 0 || !instance(key / 8, key % 8, values)) return 2;
      unsigned slices = (unsigned)values[2];
      memset(attributes, 0xAA, 40);
      memcpy(attributes + 24, &slices, 4);
      return 0;
    }
    #ifdef NEW_ACTIVITY
    /* 24 bytes: version 0, count 4, since 8, rows 16; rows of 40 bytes: time 0, pid 8, sm 12, memory 16. */
    int nvmlDeviceGetProcessesUtilizationInfo(device_t device, unsigned char *request) {
      unsigned long long values[4], since;
      unsigned version, room, found = 0;
      unsigned char *rows;
      memcpy(&version, request, 4);
      memcpy(&room, request + 4, 4);
      memcpy(&since, request + 8, 8);
      memcpy(&rows, request + 16, 8);
      if (version != 0x1000018) return 25;
      for (int n = 0; reading("activity", device->index, n, values) == 3; n++) {
        if (values[1] <= since) continue;
        if (found < room) {
          unsigned pid = (unsigned)values[0], sm = (unsigned)values[2];
          memset(rows + 40 * found, 0xAA, 40);
          memcpy(rows + 40 * found, &values[1], 8);
          memcpy(rows + 40 * found + 8, &pid, 4);
          memcpy(rows + 40 * found + 12, &sm, 4);
        }
        found++;
      }
      memcpy(request + 4, &found, 4);
      return found == 0 ? 6 : found > room ? 7 : 0;
    }
    #endif
    #ifndef NO_ACTIVITY
    /* Rows of 32 bytes, written at the offsets of NVIDIA's header: pid 0, time 8, sm 16, memory 20. */
    int nvmlDeviceGetProcessUtilization(device_t device, unsigned char *rows, unsigned *count, unsigned long long since) {
      unsigned long long values[4];
      unsigned found = 0, room = *count;
      if (told("activity", device->index)) return told("activity", device->index);
      for (int n = 0; reading("activity", device->index, n, values) == 3; n++) {
        if (values[1] <= since) continue;
        if (found < room) {
          unsigned pid = (unsigned)values[0], sm = (unsigned)values[2], memory = 30;
          memset(rows + 32 * found, 0xAA, 32);
          memcpy(rows + 32 * found, &pid, 4);
          memcpy(rows + 32 * found + 8, &values[1], 8);
          memcpy(rows + 32 * found + 16, &sm, 4);
          memcpy(rows + 32 * found + 20, &memory, 4);
        }
        found++;
      }
      *count = found;
      return found == 0 ? 6 : found > room ? 7 : 0;
    }
    #endif
    static int processes(device_t device, unsigned *count, unsigned char *rows, unsigned stride) {
      unsigned long long values[4];
      unsigned found = 0, room = *count;
      int told_code = told("processes", device->index), given;
      if (told_code) return told_code;
      for (int n = 0; (given = reading("process", device->index, n, values)) >= 1; n++) {
        if (found < room) {
          unsigned pid = (unsigned)values[0], id = given >= 3 ? (unsigned)values[2] : 0xFFFFFFFF;
          unsigned long long bytes = given >= 2 ? values[1] : ~0ULL;
          memset(rows + stride * found, 0xAA, stride);
          memcpy(rows + stride * found, &pid, 4);
          memcpy(rows + stride * found + 8, &bytes, 8);
          if (stride == 24) memcpy(rows + stride * found + 16, &id, 4);
        }
        found++;
      }
      *count = found;
      return found > room ? 7 : 0;
    }
    #ifndef NO_PROCESSES_V3
    int nvmlDeviceGetComputeRunningProcesses_v3(device_t device, unsigned *count, unsigned char *rows) {
      return processes(device, count, rows, 24);
    }
    #endif
    int nvmlDeviceGetComputeRunningProcesses(device_t device, unsigned *count, unsigned char *rows) {
      return processes(device, count, rows, 16);
    }
    """#
}

extension ProcessLedger {
  /// A ledger in which 42 is the run's, 43 another's and 5 ours.
  static func ofRun42() -> ProcessLedger {
    var ledger = ProcessLedger(roots: [42], own: [5])
    ledger.beginScan(atTicks: 0)
    for pid in [5, 42, 43] as [Int32] {
      ledger.observe(
        ProcessReading(identity: ProcessIdentity(pid: pid, startTicks: 1), parent: 1, ownNanoseconds: 0))
    }
    ledger.endScan()
    return ledger
  }
}
