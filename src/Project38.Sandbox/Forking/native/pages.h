/*
 * What the children of a server share: its memory, and which pages of it every program writes to.
 *
 * A page that was the server's own and is written to by a child costs a fault, a copy, and a flush of what the processor knew of it,
 * which is most of the cost where several processors, or a hypervisor, have to be told. So the server's memory is made a private view
 * of a file first: fork does not copy the tables of such, and what is not in a child's tables yet needs no flush. A scout then does
 * once what each program does, and finds the pages that were copied for it: each child has them copied in a few calls.
 */
#include <inttypes.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* of Linux 5.14; where there is none, each page is copied when it is written to */
#endif

enum {
    MOST_STRETCHES = 1024,
    MOST_AREAS = 512,
    ENTRIES = 512,
    LEAST_AREA = 64 * 1024, /* bytes: smaller ones are not worth a view */
};

/* Of an entry in /proc/PID/pagemap: see the kernel's admin-guide/mm/pagemap.rst. */
static const uint64_t PRESENT = 1ULL << 63, OF_A_FILE = 1ULL << 61, NOBODY_ELSES = 1ULL << 56;

struct stretch {
    uintptr_t start, end;
};

struct touched {
    size_t count;
    struct stretch stretches[MOST_STRETCHES];
};

/* Of the scout and the server together, until there are programs: those share no memory that can be written to. Then of the server. */
static struct touched known, *touched = &known;

/* The areas of this process that only it writes to, but for its stack. Needs no memory that it would list. */
static size_t find_areas(struct stretch *areas) {
    static char line[PATH_MAX + 128];
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && count < MOST_AREAS && fgets(line, sizeof line, maps)) {
        char rights[8];
        struct stretch area;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &area.start, &area.end, rights) == 3 &&
            strcmp(rights, "rw-p") == 0 && !strstr(line, "[stack]"))
            areas[count++] = area;
    }
    if (maps)
        fclose(maps);
    return count;
}

/* Makes an area a view of a file of its content, which nobody can write to. Where that cannot be, it stays as it is. */
static void view(struct stretch area) {
    size_t bytes = area.end - area.start, written = 0;
    int file = memfd_create("server", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0)
        return;
    while (written < bytes) {
        ssize_t part = write(file, (char *)area.start + written, bytes - written);
        if (part <= 0)
            break;
        written += part;
    }
    if (written == bytes && fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        mmap((void *)area.start, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0);
    close(file);
}

/* Called by the server, before its first child. Nothing but the stack is written to between the write of an area and its view. */
static void share_memory(void) {
    static struct stretch areas[MOST_AREAS];
    size_t count = find_areas(areas);
    for (size_t i = 0; i < count; i++) {
        uintptr_t own[] = {(uintptr_t)areas, (uintptr_t)&errno};
        bool is_used = false;
        for (size_t j = 0; j < sizeof own / sizeof *own; j++)
            is_used |= areas[i].start <= own[j] && own[j] < areas[i].end;
        if (!is_used && areas[i].end - areas[i].start >= LEAST_AREA)
            view(areas[i]);
    }
}

/* Called before the scout is forked: what it finds is to be seen by the server. */
static bool share_findings(void) {
    void *shared = mmap(NULL, sizeof *touched, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return false;
    touched = shared;
    return true;
}

/* Called when the scout is gone, and before there is any program. */
static void keep_findings(void) {
    struct touched *shared = touched;
    known = *shared;
    touched = &known;
    munmap(shared, sizeof *shared);
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

/* Called by the scout, at its end: finds the pages that are its own by now. What cannot be found is copied when it is written to. */
static void find_touched(void) {
    static struct stretch areas[MOST_AREAS];
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    size_t count = pagemap >= 0 ? find_areas(areas) : 0;
    for (size_t i = 0; i < count; i++)
        add_pages(pagemap, areas[i].start, areas[i].end, sysconf(_SC_PAGESIZE));
}

/* Called by each program, first. What the scout alone had, as memory it was given later, is not there, and is left out. */
static void copy_touched(void) {
    for (size_t i = 0; i < touched->count; i++) {
        struct stretch *stretch = touched->stretches + i;
        (void)!madvise((void *)stretch->start, stretch->end - stretch->start, MADV_POPULATE_WRITE);
    }
}
