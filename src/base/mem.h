/* mem.h - allocation that does not fail: no memory for our own needs aborts.
 *
 * Sizes that come from outside are checked against a limit before they get
 * here. Everything returned is released with free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t bytes);
void *mem_zero(size_t count, size_t item_bytes);
void *mem_resize(void *ptr, size_t bytes);
char *mem_copy_string(const char *ptr, size_t len); /* adds a NUL */

#endif
