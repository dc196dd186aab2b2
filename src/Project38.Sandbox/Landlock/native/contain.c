/*
 * One run without namespaces: a program under Landlock and seccomp, and above it the process that watches it.
 *
 *   contain UID ROOT MEMORY PROCESSES FILE-SIZE [READABLE…] -- [NAME=VALUE…] -- PROGRAM [ARGUMENT…]
 *
 * UID is who the program becomes; -1: it stays who the platform is. ROOT is the run's own folder: all of it can be read, and its work
 * and tmp written. Descriptors 0, 1 and 2 are the program's, and the others are below.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../../Native/rights.h"
#include "../../Native/telling.h"

enum {
    STATUS = 3,    /* where the platform is told how it went */
    LIFE = 4,      /* ends when the run is to end: the platform closes it, or is gone */
    FILTER = 5,    /* two filters, each as an array of struct sock_filter */
    NARROWING = 6,
    DESCRIPTORS = 256,
};

/* What Narrowing.cs has where the program's own number is to stand: no process can have it. */
static const uint32_t OWN_NUMBER = 0xFFFF3838;

/* Landlock's rights, by the version that brought them: headers may be older than the kernel. */
enum {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_FOLDER = 1 << 3,
    MAKE_DEVICES = 1 << 6 | 1 << 11,
    TRUNCATE = 1 << 14,
    ALL_OF_VERSION_3 = (1 << 15) - 1,
    CONTROL_DEVICES = 1 << 15, /* from version 5 */
    OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | CONTROL_DEVICES,
    READ = EXECUTE | READ_FILE | READ_FOLDER,
    USE_DEVICE = READ_FILE | WRITE_FILE | TRUNCATE,
};

struct ruleset {
    uint64_t files, network, scoped;
};

static void allow(int rules, const char *path, uint64_t rights) {
    struct stat found;
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0 && errno == ENOENT)
        return; /* the layout of the system differs by architecture */
    must(place, path);
    must(fstat(place, &found), path);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = S_ISDIR(found.st_mode) ? rights : rights & OF_FILES, .parent_fd = place};
    must(syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0), path);
    close(place);
}

/* Everything that this kernel can forbid is forbidden, but for what is allowed here. */
static int make_rules(const char *root, char **readable) {
    static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
    static const char *const writable[] = {"work", "tmp"};
    char path[PATH_MAX];

    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    must(version, "Landlock");
    if (version < 3) {
        /* Before, it does not keep a program from truncating files. */
        errno = EOPNOTSUPP;
        fail("Landlock's version 3, of Linux 6.2");
    }
    struct ruleset all = {
        .files = ALL_OF_VERSION_3 | (version >= 5 ? CONTROL_DEVICES : 0),
        .network = version >= 4 ? 3 : 0, /* to bind and to connect, by TCP */
        .scoped = version >= 6 ? 3 : 0,  /* abstract sockets, and signals */
    };
    int rules = syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    must(rules, "landlock_create_ruleset");
    for (; *readable; readable++)
        allow(rules, *readable, READ);
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        allow(rules, devices[i], USE_DEVICE);
    allow(rules, root, READ);
    for (size_t i = 0; i < sizeof writable / sizeof *writable; i++) {
        snprintf(path, sizeof path, "%s/%s", root, writable[i]);
        allow(rules, path, all.files & ~(MAKE_DEVICES | CONTROL_DEVICES));
    }
    must(fcntl(rules, F_SETFD, FD_CLOEXEC), "landlock ruleset");
    return rules;
}

static struct sock_fprog read_filter(int file) {
    struct stat found;
    must(fstat(file, &found), "filter");
    struct sock_filter *code = mmap(NULL, found.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    must(code == MAP_FAILED ? -1 : 0, "filter");
    struct sock_fprog filter = {found.st_size / sizeof *code, code};
    for (unsigned short i = 0; i < filter.len; i++)
        if (code[i].k == OWN_NUMBER)
            code[i].k = getpid();
    return filter;
}

static void limit(int resource, rlim_t most) {
    struct rlimit both = {most, most};
    must(setrlimit(resource, &both), "setrlimit");
}

/* Becomes the program. All that is refused to it is refused from here on, in the order in which nothing of it is missed. */
static _Noreturn void be_program(pid_t watcher, char **arguments, char **readable, char **environment, char **program) {
    char work[PATH_MAX];
    long uid = atol(arguments[1]);
    int rules = make_rules(arguments[2], readable);
    struct sock_fprog filter = read_filter(FILTER), narrowing = read_filter(NARROWING);

    must(setsid(), "setsid");
    umask(022);
    drop_bounding_set();
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, DESCRIPTORS);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_NPROC, atoll(arguments[4]));
    limit(RLIMIT_FSIZE, atoll(arguments[5]));
    if (uid >= 0) {
        must(setgroups(0, NULL), "setgroups");
        must(setresgid(uid, uid, uid), "setresgid");
        must(setresuid(uid, uid, uid), "setresuid");
    }
    drop_capabilities();
    snprintf(work, sizeof work, "%s/work", arguments[2]);
    must(chdir(work), work);
    /* After the change of the user, which forgets it. */
    must(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "pdeathsig");
    if (getppid() != watcher)
        _exit(1);
    must(syscall(SYS_close_range, STATUS, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
    must(syscall(SYS_landlock_restrict_self, rules, 0), "landlock_restrict_self");
    limit(RLIMIT_AS, atoll(arguments[3])); /* last: until here it needs memory of its own */
    /* The narrowing one first, as the other refuses this call. */
    must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &narrowing), "seccomp");
    must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp");
    say("started\n");
    execve(program[0], program, environment);
    fail(program[0]);
}

/* Ends the program when it is to end, and tells how it ended. It has no children: it could make none. */
static void watch(pid_t program, int ended) {
    struct pollfd reading[] = {{.fd = ended, .events = POLLIN}, {.fd = LIFE, .events = POLLIN}};
    int how;
    while (waitpid(program, &how, WNOHANG) == 0) {
        if (poll(reading, 2, -1) < 0)
            continue;
        struct signalfd_siginfo child;
        if (reading[0].revents && read(ended, &child, sizeof child) < 0)
            fail("signalfd");
        if (reading[1].revents) {
            /* Nobody has reaped it, so the number is its own. */
            kill(program, SIGKILL);
            reading[1].fd = -1;
        }
    }
    say_end(how);
}

/* Ends a list where it has its mark, and gives what comes behind. */
static char **after(char **list) {
    while (*list && strcmp(*list, "--") != 0)
        list++;
    if (!*list)
        _exit(2);
    *list = NULL;
    return list + 1;
}

int main(int count, char **arguments) {
    if (count < 9)
        return 2;
    status = STATUS;
    char **readable = arguments + 6;
    char **environment = after(readable);
    char **program = after(environment);

    sigset_t child, before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    int ended = signalfd(-1, &child, SFD_CLOEXEC);
    must(ended, "signalfd");
    pid_t watcher = getpid(), started = fork();
    must(started, "fork");
    if (started == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        be_program(watcher, arguments, readable, environment, program);
    }
    for (int stream = 0; stream < 3; stream++)
        close(stream); /* they end with the program */
    watch(started, ended);
    return 0;
}
