import Testing

@testable import Metering

/// A driver library built by the tests, whose readings stand in a file.
///
/// Each line of the file is one reading: `energy 0 1000000`, `power 0 120000`, `process 0 PID`,
/// `activity 0 PID MICROSECONDS PERCENT`; the number behind the word is the GPU. A missing reading is "not supported".
struct FakeDriver {
  let folder: TemporaryFolder
  var library: String { "\(folder.path)/libnvidia-ml.so.1" }

  /// Builds a driver with some of its calls left out.
  init(without calls: [String] = [], gpus: Int = 1) throws {
    folder = try TemporaryFolder()
    try folder.write("fake.c", Self.source)
    try set([])
    let flags = calls.map { "-DNO_\($0)" } + ["-DGPUS=\(gpus)", "-DREADINGS=\"\(folder.path)/readings\""]
    let command = ["cc", "-shared", "-fPIC", "-Wl,-soname,libnvidia-ml.so.1"] + flags
    let pid = try Programs.start(command + ["-o", library, "\(folder.path)/fake.c"])
    try #require(Programs.wait(pid).status == 0, "the fake driver could not be built")
  }

  /// What the driver says from now on.
  func set(_ readings: [String]) throws { try folder.write("readings", readings.joined(separator: "\n") + "\n") }

  private static let source = #"""
    #include <stdio.h>
    #include <string.h>

    typedef struct device { int index; } *device_t;
    static struct device devices[8] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};

    /* The n-th reading of a kind for a GPU; the number of values found. */
    static int reading(const char *kind, int gpu, int n, unsigned long long values[3]) {
      FILE *file = fopen(READINGS, "r");
      char line[256], word[32];
      int found = 0;
      if (file == NULL) return 0;
      while (found == 0 && fgets(line, sizeof line, file)) {
        int index = -1;
        int count = sscanf(line, "%31s %d %llu %llu %llu", word, &index, &values[0], &values[1], &values[2]);
        if (count >= 3 && strcmp(word, kind) == 0 && index == gpu && n-- == 0) found = count - 2;
      }
      fclose(file);
      return found;
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
      unsigned long long values[3];
      if (reading("lost", device->index, 0, values)) return 15;
      if (!reading("energy", device->index, 0, values)) return 3;
      *energy = values[0];
      return 0;
    }
    #endif
    int nvmlDeviceGetPowerUsage(device_t device, unsigned *power) {
      unsigned long long values[3];
      if (!reading("power", device->index, 0, values)) return 3;
      *power = (unsigned)values[0];
      return 0;
    }
    #ifndef NO_ACTIVITY
    /* Rows of 32 bytes, written at the offsets of NVIDIA's header: pid 0, time 8, sm 16, memory 20. */
    int nvmlDeviceGetProcessUtilization(device_t device, unsigned char *rows, unsigned *count, unsigned long long since) {
      unsigned long long values[3];
      unsigned found = 0, room = *count;
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
      unsigned long long values[3];
      unsigned found = 0, room = *count;
      for (int n = 0; reading("process", device->index, n, values) >= 1; n++) {
        if (found < room) {
          unsigned pid = (unsigned)values[0];
          memset(rows + stride * found, 0, stride);
          memcpy(rows + stride * found, &pid, 4);
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
