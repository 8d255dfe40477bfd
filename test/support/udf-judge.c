/* Lists and prints what libudfread, the reader of players, finds: the name of the volume, then "path size FNV-1a" of each file, each ended by NUL. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udfread/udfread.h>

static uint64_t fnv(UDFFILE *file) {
  static uint8_t bytes[65536];
  uint64_t hash = 14695981039346656037ULL;
  ssize_t count;
  while ((count = udfread_file_read(file, bytes, sizeof bytes)) > 0)
    for (ssize_t at = 0; at < count; at++) hash = (hash ^ bytes[at]) * 1099511628211ULL;
  if (count < 0) exit(3);
  return hash;
}

static void list(UDFDIR *directory, const char *path) {
  struct udfread_dirent entry;
  while (udfread_readdir(directory, &entry)) {
    if (!strcmp(entry.d_name, ".") || !strcmp(entry.d_name, "..")) continue;
    char whole[8192];
    snprintf(whole, sizeof whole, "%s%s", path, entry.d_name);
    if (entry.d_type == UDF_DT_DIR) {
      UDFDIR *inner = udfread_opendir_at(directory, entry.d_name);
      if (!inner) exit(4);
      strncat(whole, "/", sizeof whole - strlen(whole) - 1);
      list(inner, whole);
      udfread_closedir(inner);
      continue;
    }
    UDFFILE *file = udfread_file_openat(directory, entry.d_name);
    if (!file) exit(5);
    printf("%s %" PRId64 " %016" PRIx64 "%c", whole, udfread_file_size(file), fnv(file), 0);
    udfread_file_close(file);
  }
}

int main(int count, char **arguments) {
  udfread *volume = udfread_init();
  if (count != 2 || !volume || udfread_open(volume, arguments[1]) < 0) return 1;
  printf("%s%c", udfread_get_volume_id(volume), 0);
  UDFDIR *root = udfread_opendir(volume, "/");
  if (!root) return 2;
  list(root, "");
  udfread_closedir(root);
  udfread_close(volume);
  return 0;
}
