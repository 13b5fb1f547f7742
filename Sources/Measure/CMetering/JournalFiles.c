#include "JournalFiles.h"

#include <fcntl.h>
#include <sys/vfs.h>

int journal_flags(int descriptor) { return fcntl(descriptor, F_GETFL); }

int journal_is_local(int descriptor) {
  struct statfs system;
  if (fstatfs(descriptor, &system) != 0) return 0;
  switch ((unsigned long)system.f_type & 0xffffffffUL) {
    case 0xef53:      // ext2, ext3, ext4
    case 0x58465342:  // xfs
    case 0x9123683e:  // btrfs
    case 0x01021994:  // tmpfs
    case 0x794c7630:  // overlay
    case 0x2fc12fc1:  // zfs
    case 0xf2f52010:  // f2fs
    case 0xca451a4e:  // bcachefs
      return 1;
    default: return 0;
  }
}
