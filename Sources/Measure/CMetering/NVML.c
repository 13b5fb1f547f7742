#include "NVML.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Layout of the driver's structures on LP64 Linux, as compiled from NVIDIA's public header.
_Static_assert(sizeof(cnvml_process_sample) == 32, "nvmlProcessUtilizationSample_t");
_Static_assert(offsetof(cnvml_process_sample, sm_percent) == 16, "nvmlProcessUtilizationSample_t.smUtil");
_Static_assert(sizeof(cnvml_process) == 24, "nvmlProcessInfo_t");

// The oldest process call has a shorter row.
typedef struct {
  uint32_t pid;
  uint64_t used_bytes;
} process_v1;

// nvmlUtilization_t.
typedef struct {
  uint32_t gpu;
  uint32_t memory;
} utilisation;

struct cnvml {
  void *handle;
  int (*shutdown)(void);
  const char *(*error_string)(int);
  int (*get_count)(uint32_t *);
  int (*get_device)(uint32_t, cnvml_device *);
  int (*get_name)(cnvml_device, char *, uint32_t);
  int (*get_uuid)(cnvml_device, char *, uint32_t);
  int (*get_energy)(cnvml_device, unsigned long long *);
  int (*get_power)(cnvml_device, uint32_t *);
  int (*get_utilisation)(cnvml_device, utilisation *);
  int (*get_process_samples)(cnvml_device, cnvml_process_sample *, uint32_t *, unsigned long long);
  int (*get_processes)(cnvml_device, uint32_t *, cnvml_process *);
  int (*get_processes_v1)(cnvml_device, uint32_t *, process_v1 *);
};

static cnvml *refuse(cnvml *library, int value, int *code, char *reason, size_t size, const char *text) {
  *code = value;
  if (size > 0) snprintf(reason, size, "%s", text);
  if (library != NULL) {
    if (library->handle != NULL) dlclose(library->handle);
    free(library);
  }
  return NULL;
}

cnvml *cnvml_open(const char *name, int *code, char *reason, size_t reason_size) {
  cnvml *library = calloc(1, sizeof *library);
  if (library == NULL) return refuse(NULL, CNVML_UNKNOWN, code, reason, reason_size, "out of memory");
  library->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library->handle == NULL) {
    const char *why = dlerror();
    return refuse(library, CNVML_LIBRARY_MISSING, code, reason, reason_size, why == NULL ? "cannot be loaded" : why);
  }
  void *handle = library->handle;
  int (*initialise_with_flags)(uint32_t) = dlsym(handle, "nvmlInitWithFlags");
  int (*initialise)(void) = dlsym(handle, "nvmlInit_v2");
  library->shutdown = dlsym(handle, "nvmlShutdown");
  library->error_string = dlsym(handle, "nvmlErrorString");
  library->get_count = dlsym(handle, "nvmlDeviceGetCount_v2");
  library->get_device = dlsym(handle, "nvmlDeviceGetHandleByIndex_v2");
  library->get_name = dlsym(handle, "nvmlDeviceGetName");
  library->get_uuid = dlsym(handle, "nvmlDeviceGetUUID");
  library->get_energy = dlsym(handle, "nvmlDeviceGetTotalEnergyConsumption");
  library->get_power = dlsym(handle, "nvmlDeviceGetPowerUsage");
  library->get_utilisation = dlsym(handle, "nvmlDeviceGetUtilizationRates");
  library->get_process_samples = dlsym(handle, "nvmlDeviceGetProcessUtilization");
  library->get_processes = dlsym(handle, "nvmlDeviceGetComputeRunningProcesses_v3");
  if (library->get_processes == NULL) {
    library->get_processes = dlsym(handle, "nvmlDeviceGetComputeRunningProcesses_v2");
  }
  library->get_processes_v1 = dlsym(handle, "nvmlDeviceGetComputeRunningProcesses");
  int result = CNVML_FUNCTION_MISSING;
  // Flag 1: a machine whose driver is loaded but whose GPUs are all gone is not a failure.
  if (initialise_with_flags != NULL) {
    result = initialise_with_flags(1);
  } else if (initialise != NULL) {
    result = initialise();
  }
  if (result != CNVML_OK) return refuse(library, result, code, reason, reason_size, cnvml_error(library, result));
  *code = CNVML_OK;
  return library;
}

void cnvml_close(cnvml *library) {
  if (library == NULL) return;
  if (library->shutdown != NULL) library->shutdown();
  dlclose(library->handle);
  free(library);
}

const char *cnvml_error(const cnvml *library, int code) {
  switch (code) {
    case CNVML_OK: return "ok";
    case CNVML_NOT_SUPPORTED: return "not supported by this GPU";
    case CNVML_NO_PERMISSION: return "no permission";
    case CNVML_DRIVER_NOT_LOADED: return "the NVIDIA driver is not loaded";
    case CNVML_FUNCTION_MISSING: return "the driver is too old for this call";
    default: break;
  }
  if (library != NULL && library->error_string != NULL) {
    const char *text = library->error_string(code);
    if (text != NULL) return text;
  }
  return "unknown error";
}

int cnvml_count(const cnvml *library, uint32_t *count) {
  return library->get_count == NULL ? CNVML_FUNCTION_MISSING : library->get_count(count);
}

int cnvml_device_at(const cnvml *library, uint32_t index, cnvml_device *device) {
  return library->get_device == NULL ? CNVML_FUNCTION_MISSING : library->get_device(index, device);
}

int cnvml_name(const cnvml *library, cnvml_device device, char *text, uint32_t size) {
  return library->get_name == NULL ? CNVML_FUNCTION_MISSING : library->get_name(device, text, size);
}

int cnvml_uuid(const cnvml *library, cnvml_device device, char *text, uint32_t size) {
  return library->get_uuid == NULL ? CNVML_FUNCTION_MISSING : library->get_uuid(device, text, size);
}

int cnvml_energy(const cnvml *library, cnvml_device device, uint64_t *millijoules) {
  if (library->get_energy == NULL) return CNVML_FUNCTION_MISSING;
  unsigned long long value = 0;
  int code = library->get_energy(device, &value);
  *millijoules = value;
  return code;
}

int cnvml_power(const cnvml *library, cnvml_device device, uint32_t *milliwatts) {
  return library->get_power == NULL ? CNVML_FUNCTION_MISSING : library->get_power(device, milliwatts);
}

int cnvml_utilisation(const cnvml *library, cnvml_device device, uint32_t *gpu_percent) {
  if (library->get_utilisation == NULL) return CNVML_FUNCTION_MISSING;
  utilisation rates = {0, 0};
  int code = library->get_utilisation(device, &rates);
  *gpu_percent = rates.gpu;
  return code;
}

int cnvml_process_samples(
  const cnvml *library, cnvml_device device, cnvml_process_sample *samples, uint32_t *count, uint64_t since_us
) {
  if (library->get_process_samples == NULL) return CNVML_FUNCTION_MISSING;
  return library->get_process_samples(device, samples, count, since_us);
}

int cnvml_processes(const cnvml *library, cnvml_device device, cnvml_process *processes, uint32_t *count) {
  if (library->get_processes != NULL) return library->get_processes(device, count, processes);
  if (library->get_processes_v1 == NULL) return CNVML_FUNCTION_MISSING;
  process_v1 *rows = *count == 0 ? NULL : calloc(*count, sizeof *rows);
  if (*count != 0 && rows == NULL) return CNVML_UNKNOWN;
  uint32_t room = *count;
  int code = library->get_processes_v1(device, count, rows);
  if (code == CNVML_OK) {
    for (uint32_t index = 0; index < *count && index < room; index++) {
      processes[index].pid = rows[index].pid;
      processes[index].used_bytes = rows[index].used_bytes;
      processes[index].gpu_instance = UINT32_MAX;
      processes[index].compute_instance = UINT32_MAX;
    }
  }
  free(rows);
  return code;
}
