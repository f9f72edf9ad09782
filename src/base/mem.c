/* mem.c - see mem.h. */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *ptr, size_t bytes)
{
    if (!ptr && bytes) {
        fprintf(stderr, "anamnesis: out of memory (%zu bytes)\n", bytes);
        abort();
    }
    return ptr;
}

void *mem_alloc(size_t bytes)
{
    return checked(malloc(bytes ? bytes : 1), bytes);
}

void *mem_zero(size_t count, size_t item_bytes)
{
    return checked(calloc(count ? count : 1, item_bytes ? item_bytes : 1),
                   count);
}

void *mem_resize(void *ptr, size_t bytes)
{
    return checked(realloc(ptr, bytes ? bytes : 1), bytes);
}

char *mem_copy_string(const char *ptr, size_t len)
{
    char *copy = mem_alloc(len + 1);
    if (len)
        memcpy(copy, ptr, len);
    copy[len] = '\0';
    return copy;
}
