#include "NVML.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Layout of the driver's structures on LP64 Linux, as compiled from NVIDIA's public header.
_Static_assert(sizeof(cnvml_process_sample) == 32, "nvmlProcessUtilizationSample_t");
_Static_assert(offsetof(cnvml_process_sample, sm_percent) == 16, "nvmlProcessUtilizationSample_t.smUtil");
_Static_assert(offsetof(cnvml_process_sample, timestamp_us) == 8, "nvmlProcessUtilizationSample_t.timeStamp");
_Static_assert(sizeof(cnvml_process) == 24, "nvmlProcessInfo_t");
_Static_assert(offsetof(cnvml_process, used_bytes) == 8, "nvmlProcessInfo_t.usedGpuMemory");
_Static_assert(offsetof(cnvml_process, gpu_instance) == 16, "nvmlProcessInfo_t.gpuInstanceId");

// The oldest process call has a shorter row.
typedef struct {
  uint32_t pid;
  uint64_t used_bytes;
} process_v1;
_Static_assert(sizeof(process_v1) == 16, "nvmlProcessInfo_v1_t");

// nvmlProcessUtilizationInfo_v1_t: a row of the newer utilisation call.
typedef struct {
  uint64_t timestamp_us;
  uint32_t pid;
  uint32_t sm_percent;
  uint32_t memory_percent;
  uint32_t encoder_percent;
  uint32_t decoder_percent;
  uint32_t jpeg_percent;
  uint32_t optical_flow_percent;
} process_activity;
_Static_assert(sizeof(process_activity) == 40, "nvmlProcessUtilizationInfo_v1_t");
_Static_assert(offsetof(process_activity, pid) == 8, "nvmlProcessUtilizationInfo_v1_t.pid");
_Static_assert(offsetof(process_activity, sm_percent) == 12, "nvmlProcessUtilizationInfo_v1_t.smUtil");

// nvmlProcessesUtilizationInfo_v1_t; its version word is its size with version 1 in the top byte.
typedef struct {
  uint32_t version;
  uint32_t count;
  uint64_t since_us;
  process_activity *rows;
} process_activities;
_Static_assert(sizeof(process_activities) == 24, "nvmlProcessesUtilizationInfo_v1_t");
enum { PROCESS_ACTIVITIES_VERSION = 0x1000018 };

// nvmlFieldValue_t. The value is read as unsigned 32 bits unless its type says otherwise.
typedef struct {
  uint32_t field;
  uint32_t scope;
  int64_t timestamp_us;
  int64_t latency_us;
  uint32_t type;
  int32_t code;
  union {
    double real;
    uint32_t word;
    uint64_t wide;
    int64_t signed_wide;
    int32_t signed_word;
    uint16_t half;
  } value;
} field_value;
_Static_assert(sizeof(field_value) == 40, "nvmlFieldValue_t");
_Static_assert(offsetof(field_value, scope) == 4, "nvmlFieldValue_t.scopeId");
_Static_assert(offsetof(field_value, type) == 24, "nvmlFieldValue_t.valueType");
_Static_assert(offsetof(field_value, code) == 28, "nvmlFieldValue_t.nvmlReturn");
_Static_assert(offsetof(field_value, value) == 32, "nvmlFieldValue_t.value");

// nvmlDeviceAttributes_t.
typedef struct {
  uint32_t multiprocessors;
  uint32_t copy_engines;
  uint32_t decoders;
  uint32_t encoders;
  uint32_t jpeg_engines;
  uint32_t optical_flow_engines;
  uint32_t gpu_instance_slices;
  uint32_t compute_instance_slices;
  uint64_t memory_mebibytes;
} attributes;
_Static_assert(sizeof(attributes) == 40, "nvmlDeviceAttributes_t");
_Static_assert(offsetof(attributes, gpu_instance_slices) == 24, "nvmlDeviceAttributes_t.gpuInstanceSliceCount");

// nvmlUtilization_t.
typedef struct {
  uint32_t gpu;
  uint32_t memory;
} utilisation;
_Static_assert(sizeof(utilisation) == 8, "nvmlUtilization_t");

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
  int (*get_fields)(cnvml_device, int, field_value *);
  int (*get_architecture)(cnvml_device, uint32_t *);
  int (*get_default_limit)(cnvml_device, uint32_t *);
  int (*get_enforced_limit)(cnvml_device, uint32_t *);
  int (*get_limit_range)(cnvml_device, uint32_t *, uint32_t *);
  int (*get_mig_mode)(cnvml_device, uint32_t *, uint32_t *);
  int (*get_mig_places)(cnvml_device, uint32_t *);
  int (*get_mig_device)(cnvml_device, uint32_t, cnvml_device *);
  int (*get_gpu_instance)(cnvml_device, uint32_t *);
  int (*get_attributes)(cnvml_device, attributes *);
  int (*get_process_activities)(cnvml_device, process_activities *);
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
  library->get_fields = dlsym(handle, "nvmlDeviceGetFieldValues");
  library->get_architecture = dlsym(handle, "nvmlDeviceGetArchitecture");
  library->get_default_limit = dlsym(handle, "nvmlDeviceGetPowerManagementDefaultLimit");
  library->get_enforced_limit = dlsym(handle, "nvmlDeviceGetEnforcedPowerLimit");
  library->get_limit_range = dlsym(handle, "nvmlDeviceGetPowerManagementLimitConstraints");
  library->get_mig_mode = dlsym(handle, "nvmlDeviceGetMigMode");
  library->get_mig_places = dlsym(handle, "nvmlDeviceGetMaxMigDeviceCount");
  library->get_mig_device = dlsym(handle, "nvmlDeviceGetMigDeviceHandleByIndex");
  library->get_gpu_instance = dlsym(handle, "nvmlDeviceGetGpuInstanceId");
  library->get_attributes = dlsym(handle, "nvmlDeviceGetAttributes_v2");
  if (library->get_attributes == NULL) library->get_attributes = dlsym(handle, "nvmlDeviceGetAttributes");
  library->get_process_activities = dlsym(handle, "nvmlDeviceGetProcessesUtilizationInfo");
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

int cnvml_power_field(
  const cnvml *library, cnvml_device device, uint32_t field, uint32_t scope, uint32_t *milliwatts
) {
  if (library->get_fields == NULL) return CNVML_FUNCTION_MISSING;
  field_value value;
  memset(&value, 0, sizeof value);
  value.field = field;
  value.scope = scope;
  int code = library->get_fields(device, 1, &value);
  if (code != CNVML_OK) return code;
  if (value.code != CNVML_OK) return value.code;
  switch (value.type) {
    case 0:
      if (!(value.value.real >= 0 && value.value.real < 4e9)) return CNVML_NO_DATA;
      *milliwatts = (uint32_t)value.value.real;
      return CNVML_OK;
    case 2:
    case 3:
      if (value.value.wide > UINT32_MAX) return CNVML_NO_DATA;
      *milliwatts = (uint32_t)value.value.wide;
      return CNVML_OK;
    case 4:
      if (value.value.signed_wide < 0 || value.value.signed_wide > UINT32_MAX) return CNVML_NO_DATA;
      *milliwatts = (uint32_t)value.value.signed_wide;
      return CNVML_OK;
    case 5:
      if (value.value.signed_word < 0) return CNVML_NO_DATA;
      *milliwatts = (uint32_t)value.value.signed_word;
      return CNVML_OK;
    case 6: *milliwatts = value.value.half; return CNVML_OK;
    default: *milliwatts = value.value.word; return CNVML_OK;
  }
}

int cnvml_architecture(const cnvml *library, cnvml_device device, uint32_t *architecture) {
  return library->get_architecture == NULL ? CNVML_FUNCTION_MISSING : library->get_architecture(device, architecture);
}

int cnvml_default_limit(const cnvml *library, cnvml_device device, uint32_t *milliwatts) {
  return library->get_default_limit == NULL ? CNVML_FUNCTION_MISSING : library->get_default_limit(device, milliwatts);
}

int cnvml_enforced_limit(const cnvml *library, cnvml_device device, uint32_t *milliwatts) {
  return library->get_enforced_limit == NULL ? CNVML_FUNCTION_MISSING
                                             : library->get_enforced_limit(device, milliwatts);
}

int cnvml_limit_range(const cnvml *library, cnvml_device device, uint32_t *least, uint32_t *most) {
  return library->get_limit_range == NULL ? CNVML_FUNCTION_MISSING : library->get_limit_range(device, least, most);
}

int cnvml_mig_mode(const cnvml *library, cnvml_device device, uint32_t *mode) {
  uint32_t pending = 0;
  return library->get_mig_mode == NULL ? CNVML_FUNCTION_MISSING : library->get_mig_mode(device, mode, &pending);
}

int cnvml_mig_places(const cnvml *library, cnvml_device device, uint32_t *count) {
  return library->get_mig_places == NULL ? CNVML_FUNCTION_MISSING : library->get_mig_places(device, count);
}

int cnvml_mig_at(
  const cnvml *library, cnvml_device device, uint32_t place, uint32_t *gpu_instance, uint32_t *slices, char *uuid,
  uint32_t uuid_size
) {
  if (library->get_mig_device == NULL || library->get_gpu_instance == NULL || library->get_attributes == NULL) {
    return CNVML_FUNCTION_MISSING;
  }
  cnvml_device instance = NULL;
  int code = library->get_mig_device(device, place, &instance);
  if (code != CNVML_OK) return code;
  code = library->get_gpu_instance(instance, gpu_instance);
  if (code != CNVML_OK) return code;
  attributes of_instance;
  memset(&of_instance, 0, sizeof of_instance);
  code = library->get_attributes(instance, &of_instance);
  *slices = of_instance.gpu_instance_slices;
  if (code == CNVML_OK) cnvml_uuid(library, instance, uuid, uuid_size);
  return code;
}

// The newer call; its rows are copied into the older call's form, so that callers know only one.
static int process_activity_rows(
  const cnvml *library, cnvml_device device, cnvml_process_sample *samples, uint32_t *count, uint64_t since_us
) {
  uint32_t room = *count;
  process_activity *rows = calloc(room == 0 ? 1 : room, sizeof *rows);
  if (rows == NULL) return CNVML_NO_DATA;
  process_activities request = {PROCESS_ACTIVITIES_VERSION, room, since_us, rows};
  int code = library->get_process_activities(device, &request);
  *count = request.count;
  if (code == CNVML_OK) {
    for (uint32_t index = 0; index < request.count && index < room; index++) {
      samples[index].pid = rows[index].pid;
      samples[index].timestamp_us = rows[index].timestamp_us;
      samples[index].sm_percent = rows[index].sm_percent;
      samples[index].memory_percent = rows[index].memory_percent;
      samples[index].encoder_percent = rows[index].encoder_percent;
      samples[index].decoder_percent = rows[index].decoder_percent;
    }
  }
  free(rows);
  return code;
}

int cnvml_process_samples(
  const cnvml *library, cnvml_device device, cnvml_process_sample *samples, uint32_t *count, uint64_t since_us
) {
  if (library->get_process_activities != NULL) {
    uint32_t room = *count;
    int code = process_activity_rows(library, device, samples, count, since_us);
    if (code != CNVML_NOT_SUPPORTED && code != CNVML_STRUCT_MISMATCH && code != CNVML_FUNCTION_MISSING) return code;
    *count = room;
  }
  if (library->get_process_samples == NULL) return CNVML_FUNCTION_MISSING;
  return library->get_process_samples(device, samples, count, since_us);
}

int cnvml_processes(const cnvml *library, cnvml_device device, cnvml_process *processes, uint32_t *count) {
  if (library->get_processes != NULL) return library->get_processes(device, count, processes);
  if (library->get_processes_v1 == NULL) return CNVML_FUNCTION_MISSING;
  process_v1 *rows = *count == 0 ? NULL : calloc(*count, sizeof *rows);
  if (*count != 0 && rows == NULL) return CNVML_NO_DATA;
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
