// A disk that fails when told to. While the folder DISK_SHIM has a file `eio`, flushing a file whose path ends with
// that file's text fails; while it has a file `full`, writing to a path that contains that file's text finds no room.
// With DISK_SHIM_NTH and DISK_SHIM_UNDER one flush fails and no other: the n-th of a path that contains that text.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int struck(const char *what, int fd) {
  const char *folder = getenv("DISK_SHIM");
  if (!folder) return 0;
  int saved = errno, hit = 0;
  char name[4096], text[4096], link[64], path[4096];
  snprintf(name, sizeof name, "%s/%s", folder, what);
  int order = open(name, O_RDONLY | O_CLOEXEC);
  if (order >= 0) {
    ssize_t length = read(order, text, sizeof text - 1);
    close(order);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t found = readlink(link, path, sizeof path - 1);
    if (length > 0 && found > 0) {
      text[length] = path[found] = 0;
      if (what[0] == 'e') hit = found >= length && strcmp(path + found - length, text) == 0;
      else hit = strstr(path, text) != NULL;
    }
  }
  errno = saved;
  return hit;
}

static int due(int fd) {
  static atomic_long count;
  const char *nth = getenv("DISK_SHIM_NTH"), *under = getenv("DISK_SHIM_UNDER");
  if (!nth || !under) return 0;
  int saved = errno, hit = 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t found = readlink(link, path, sizeof path - 1);
  if (found > 0) {
    path[found] = 0;
    hit = strstr(path, under) && atomic_fetch_add(&count, 1) + 1 == atol(nth);
  }
  errno = saved;
  return hit;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FLUSH(name) \
  int name(int fd) { if (struck("eio", fd) || due(fd)) { errno = EIO; return -1; } return REAL(name)(fd); }
FLUSH(fsync)
FLUSH(fdatasync)
#define ROOM(fd) if (struck("full", fd)) { errno = ENOSPC; return -1; }
ssize_t write(int fd, const void *from, size_t size) { ROOM(fd) return REAL(write)(fd, from, size); }
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { ROOM(fd) return REAL(pwrite)(fd, from, size, at); }
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) { ROOM(fd) return REAL(pwrite64)(fd, from, size, at); }
