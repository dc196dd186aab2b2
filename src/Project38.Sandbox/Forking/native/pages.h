/*
 * The pages that a program writes to before it is told what to run. A scout does once what each program does, and finds which pages
 * were copied for it; each child then has them copied in a few calls, where a fault for each would cost several times the copy.
 */
#include <inttypes.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* of Linux 5.14; where there is none, each page is copied when it is written to */
#endif

enum { MOST_STRETCHES = 1024, ENTRIES = 512 };

/* Of an entry in /proc/PID/pagemap: see the kernel's admin-guide/mm/pagemap.rst. */
static const uint64_t PRESENT = 1ULL << 63, OF_A_FILE = 1ULL << 61, NOBODY_ELSES = 1ULL << 56;

/* Shared by the scout and the server, which hands it on to its children. */
struct touched {
    size_t count;
    struct stretch {
        uintptr_t start, end;
    } stretches[MOST_STRETCHES];
};
static struct touched *touched;

static void prepare_scouting(void) {
    void *shared = mmap(NULL, sizeof *touched, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    touched = shared == MAP_FAILED ? NULL : shared;
}

static void add_page(uintptr_t page, size_t bytes) {
    struct stretch *last = touched->stretches + touched->count;
    if (touched->count && last[-1].end == page)
        last[-1].end += bytes;
    else if (touched->count < MOST_STRETCHES) {
        *last = (struct stretch){page, page + bytes};
        touched->count++;
    }
}

static void add_pages(int pagemap, uintptr_t start, uintptr_t end, size_t bytes) {
    static uint64_t entries[ENTRIES];
    while (start < end) {
        size_t wanted = (end - start) / bytes < ENTRIES ? (end - start) / bytes : ENTRIES;
        if (pread(pagemap, entries, wanted * sizeof *entries, start / bytes * sizeof *entries) !=
            (ssize_t)(wanted * sizeof *entries))
            return;
        for (size_t i = 0; i < wanted; i++, start += bytes)
            if ((entries[i] & (PRESENT | OF_A_FILE | NOBODY_ELSES)) == (PRESENT | NOBODY_ELSES))
                add_page(start, bytes);
    }
}

/* Called by the scout, at the end: finds the pages that are its own by now. What cannot be found is copied when it is written to. */
static void find_touched(void) {
    size_t bytes = sysconf(_SC_PAGESIZE);
    FILE *maps = fopen("/proc/self/maps", "re");
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    char line[PATH_MAX + 128];
    uintptr_t start, end;
    while (touched && maps && pagemap >= 0 && fgets(line, sizeof line, maps)) {
        char rights[8];
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &start, &end, rights) == 3 && strcmp(rights, "rw-p") == 0)
            add_pages(pagemap, start, end, bytes);
    }
}

/* Called by each program, first. What the scout alone had, as memory it was given later, is not there, and is left out. */
static void copy_touched(void) {
    for (size_t i = 0; touched && i < touched->count; i++) {
        struct stretch *stretch = touched->stretches + i;
        (void)!madvise((void *)stretch->start, stretch->end - stretch->start, MADV_POPULATE_WRITE);
    }
}
