#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "LinuxCalls.h"

// The NVIDIA driver library, loaded at run time. Nothing of NVIDIA's is needed to build: the few functions used are
// looked up one by one, so that an old driver without one of them still gives the rest.

/// Return codes of the driver library that callers decide on (NVML API reference, nvmlReturn_t).
enum {
  CNVML_OK = 0,
  CNVML_UNINITIALISED = 1,
  CNVML_NOT_SUPPORTED = 3,
  CNVML_NO_PERMISSION = 4,
  CNVML_NOT_FOUND = 6,
  CNVML_BUFFER_TOO_SMALL = 7,
  CNVML_DRIVER_NOT_LOADED = 9,
  CNVML_LIBRARY_MISSING = 12,
  CNVML_FUNCTION_MISSING = 13,
  CNVML_GPU_LOST = 15,
  CNVML_RESET_REQUIRED = 16,
  CNVML_VERSION_MISMATCH = 18,
  CNVML_NO_DATA = 21,
  CNVML_STRUCT_MISMATCH = 25,
  CNVML_NOT_READY = 27,
  CNVML_UNKNOWN = 999,
};

/// An open driver library.
typedef struct cnvml cnvml;
/// A GPU of it.
typedef struct cnvml_device *cnvml_device;

/// One row of the per-process utilisation samples; 32 bytes, as the driver writes it.
typedef struct {
  uint32_t pid;
  uint64_t timestamp_us;
  uint32_t sm_percent;
  uint32_t memory_percent;
  uint32_t encoder_percent;
  uint32_t decoder_percent;
} cnvml_process_sample;

/// One process with a compute context; 24 bytes, as the driver's second and third calls write it.
typedef struct {
  uint32_t pid;
  uint64_t used_bytes;
  uint32_t gpu_instance;
  uint32_t compute_instance;
} cnvml_process;

/// Opens `library` (a soname or a path) and starts it. On failure returns NULL, with the code in `code` and one line
/// of reason in `reason`.
cnvml *cnvml_open(const char *library, int *code, char *reason, size_t reason_size);
/// Shuts the library down and unloads it.
void cnvml_close(cnvml *library);

/// A code as text.
const char *cnvml_error(const cnvml *library, int code);
/// The number of GPUs.
int cnvml_count(const cnvml *library, uint32_t *count);
/// The GPU at `index`.
int cnvml_device_at(const cnvml *library, uint32_t index, cnvml_device *device);
/// Its product name.
int cnvml_name(const cnvml *library, cnvml_device device, char *text, uint32_t size);
/// Its UUID, `GPU-…`.
int cnvml_uuid(const cnvml *library, cnvml_device device, char *text, uint32_t size);
/// Millijoules since the driver was loaded.
int cnvml_energy(const cnvml *library, cnvml_device device, uint64_t *millijoules);
/// Milliwatts now (or averaged over the last second, by architecture).
int cnvml_power(const cnvml *library, cnvml_device device, uint32_t *milliwatts);
/// Percent of the last sample period in which any kernel ran.
int cnvml_utilisation(const cnvml *library, cnvml_device device, uint32_t *gpu_percent);
/// What power field `field` (185 averaged, 186 instantaneous) says in `scope` (0 the GPU, 1 the whole module),
/// milliwatts.
int cnvml_power_field(
  const cnvml *library, cnvml_device device, uint32_t field, uint32_t scope, uint32_t *milliwatts);
/// The architecture: 2 Kepler, 3 Maxwell, 4 Pascal, 5 Volta, 6 Turing, 7 Ampere, 8 Ada, 9 Hopper, 10 Blackwell.
int cnvml_architecture(const cnvml *library, cnvml_device device, uint32_t *architecture);
/// The power limit that the board comes with, milliwatts.
int cnvml_default_limit(const cnvml *library, cnvml_device device, uint32_t *milliwatts);
/// The least of all limits in force, milliwatts.
int cnvml_enforced_limit(const cnvml *library, cnvml_device device, uint32_t *milliwatts);
/// Between what a limit may be set, milliwatts.
int cnvml_limit_range(const cnvml *library, cnvml_device device, uint32_t *least, uint32_t *most);
/// Whether the GPU is cut into instances now: 1, or 0.
int cnvml_mig_mode(const cnvml *library, cnvml_device device, uint32_t *mode);
/// How many places for instances there are; places without one are holes.
int cnvml_mig_places(const cnvml *library, cnvml_device device, uint32_t *count);
/// The instance at a place: its number, its compute slices, its UUID. CNVML_NOT_FOUND for a hole.
int cnvml_mig_at(
  const cnvml *library, cnvml_device device, uint32_t place, uint32_t *gpu_instance, uint32_t *slices, char *uuid,
  uint32_t uuid_size);
/// Rows written since `since_us`, through the newest call the driver has. `count` is room in, rows out;
/// CNVML_BUFFER_TOO_SMALL leaves the need in it.
int cnvml_process_samples(
  const cnvml *library, cnvml_device device, cnvml_process_sample *samples, uint32_t *count, uint64_t since_us);
/// Processes with a compute context, through the newest call the driver has. `count` as above.
int cnvml_processes(const cnvml *library, cnvml_device device, cnvml_process *processes, uint32_t *count);
