/*
 * A fork server, once its imports are done: for each run a child in namespaces of its own, which builds its sandbox, waits for its job,
 * and tells how the program ended; and the program's process, which waits until it is told what to be.
 *
 * server.py calls it through ctypes with the interpreter's lock held. Neither the server nor the child ever runs Python again: each page
 * that Python writes to would have to be copied first, for every fork anew, which costs more than all that is done here. Nothing here
 * sees what an agent wrote but as descriptors, and nothing an agent says is read but the kernel's own notifications.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../../Native/rights.h"
#include "messages.h"
#include "pages.h"

/* Of the interpreter that has loaded this; its stable interface has them wherever fork is. */
extern void PyOS_BeforeFork(void);
extern void PyOS_AfterFork_Child(void);

/* Where the descriptors of a child are, from the moment that it has no others. The program finds its socket at the first. */
enum { JOB = 3, STATUS = 4, SPARE = 64 };

enum {
    ID = 1000,             /* uid and gid of a run, in its own namespace */
    JOB_BYTES = 64 * 1024,
    REQUEST_BYTES = 16,    /* a uid */
    MOST_REQUESTED = 16,   /* descriptors of a request */
    SHARED = 16 << 20,     /* the most of /dev/shm, in bytes */
    MOST_INODES = 65536,   /* of each place that can be written: empty files cost the kernel memory, too */
};

/* All but the cgroups', which is left when the run's own has been joined. */
static const uint64_t NAMESPACES =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

/* What all children of a server have in common: set once, before the first. */
static struct {
    const char *mounts; /* paths, each ended by a zero, and an empty one behind the last */
    uint64_t scratch;
    struct sock_fprog first, program;
} image;

/* The root: see docs/architecture/sandbox.md, "What a program sees". Paths are relative to it while it is built. */

static void make_folders(const char *path) {
    char part[PATH_MAX];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        if (slash == path)
            continue;
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdir(part, 0755) < 0 && errno != EEXIST)
            fail(part);
    }
}

/* Shows what the server has at a path. It is read-only there, and so it is here. */
static void show(const char *path) {
    const char *place = path + 1;
    struct stat found;
    must(stat(path, &found), path);
    make_folders(place);
    if (S_ISDIR(found.st_mode)) {
        if (mkdir(place, 0755) < 0 && errno != EEXIST)
            fail(path);
    } else {
        int file = open(place, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
        must(file, path);
        close(file);
    }
    must(mount(path, place, NULL, MS_BIND | MS_REC, NULL), path);
}

static void mount_empty(const char *place, uint64_t bytes) {
    char options[96];
    snprintf(options, sizeof options, "mode=0755,size=%llu,nr_inodes=%d", (unsigned long long)bytes, MOST_INODES);
    must(mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, options), place);
}

static void build_root(void) {
    static const char *const folders[] = {"usr", "etc", "proc", "dev", "dev/shm", "tmp", "work"};
    static const char *const links[] = {"bin", "sbin", "lib", "lib64"};
    static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
    static const char *const streams[][2] = {
        {"/proc/self/fd", "dev/fd"},
        {"/proc/self/fd/0", "dev/stdin"},
        {"/proc/self/fd/1", "dev/stdout"},
        {"/proc/self/fd/2", "dev/stderr"},
    };
    char path[64];

    umask(022);
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "leaving the mounts");
    mount_empty("/tmp", 64 << 20);
    must(chdir("/tmp"), "/tmp");
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        must(mkdir(folders[i], 0755), folders[i]);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char target[64];
        snprintf(path, sizeof path, "/%s", links[i]);
        snprintf(target, sizeof target, "usr/%s", links[i]);
        if (access(path, F_OK) == 0)
            must(symlink(target, links[i]), links[i]);
    }
    show("/usr");
    if (access("/etc/ld.so.cache", F_OK) == 0)
        show("/etc/ld.so.cache");
    for (const char *own = image.mounts; *own; own += strlen(own) + 1)
        show(own);
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        snprintf(path, sizeof path, "/dev/%s", devices[i]);
        show(path);
    }
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        must(symlink(streams[i][0], streams[i][1]), streams[i][1]);
    must(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "proc");
    mount_empty("dev/shm", image.scratch < SHARED ? image.scratch : SHARED);
    mount_empty("tmp", image.scratch);
    mount_empty("work", image.scratch);
    must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
    must(umount2(".", MNT_DETACH), "leaving the old root");
}

static void put(const char *path, int content) {
    struct stat found;
    off_t offset = 0;
    must(fstat(content, &found), path);
    make_folders(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    must(file, path);
    while (offset < found.st_size)
        must(sendfile(file, content, &offset, found.st_size - offset), path);
    close(file);
}

/* From here on nothing but /work, /tmp and /dev/shm can be written. */
static void seal_root(void) {
    must(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL), "sealing the root");
}

/* Rights. */

static int set_filter(const struct sock_fprog *filter, unsigned flags) {
    int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, filter);
    must(listener, "seccomp");
    return listener;
}

/* The first process. */

static long call(long number, long first, long second, long third, long fourth) {
    long result = syscall(number, first, second, third, fourth);
    return result < 0 ? -errno : result;
}

#include "../../Native/watching.h"

/* Keeps two descriptors of the server's, at their places, and closes all others. */
static void keep(int job, int told) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int kept[] = {
        fcntl(null, F_DUPFD, SPARE), fcntl(job, F_DUPFD_CLOEXEC, SPARE), fcntl(told, F_DUPFD_CLOEXEC, SPARE)};
    must(null < 0 || kept[0] < 0 || kept[1] < 0 || kept[2] < 0 ? -1 : 0, "keeping descriptors");
    for (int stream = 0; stream < 3; stream++)
        dup2(kept[0], stream);
    dup3(kept[1], JOB, O_CLOEXEC);
    dup3(kept[2], STATUS, O_CLOEXEC);
    must(syscall(SYS_close_range, STATUS + 1, ~0U, 0), "close_range");
    status = STATUS;
}

/* Takes on limits, each a number of setrlimit(2) and a value, up to an empty text. Gives what is behind it. */
static const char *take_on(const char *limits) {
    for (; *limits; limits += strlen(limits) + 1) {
        int resource;
        unsigned long long most;
        errno = EINVAL;
        must(sscanf(limits, "%d=%llu", &resource, &most) == 2 ? 0 : -1, limits);
        struct rlimit both = {most, most};
        must(setrlimit(resource, &both), "setrlimit");
    }
    return limits + 1;
}

/* The program's process: gives up its rights, and hands on the listener. */
static void be_program(int socket) {
    copy_touched();
    PyOS_AfterFork_Child();
    drop_capabilities();
    int listener = set_filter(&image.program, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    must(send_all(socket, "r", 1, &listener, 1), "sendmsg");
    dup3(socket, JOB, O_CLOEXEC);
    must(syscall(SYS_close_range, STATUS + 1, ~0U, 0), "close_range");
    must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "dumpable"); /* its own processes may look into each other */
}

/* The first process, from its first moment to its last. Returns in the program's process alone. */
static void live(const int *given, int count, int wait) {
    static char text[JOB_BYTES];
    int descriptors[MOST_FILES + 3];
    char byte;

    status = given[1];
    for (int i = 2; i < count; i++)
        must(write(given[i], "0", 1), "joining the cgroup");
    if (read(wait, &byte, 1) != 1)
        _exit(1); /* the server is gone, or could not make it anybody */
    keep(given[0], given[1]);
    must(setsid(), "setsid");
    must(setresgid(ID, ID, ID), "setresgid");
    must(setresuid(ID, ID, ID), "setresuid");
    /* Nobody of the same user looks into this process. */
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable");
    must(unshare(CLONE_NEWCGROUP), "leaving the cgroups");
    must(sethostname("sandbox", 7), "sethostname");
    must(chdir("/"), "/"); /* of the program, too: what is at the root of the old mounts is taken along to the new ones */
    drop_bounding_set();

    int pair[2], amount;
    sigset_t child, before;
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), "socketpair");
    signal(SIGCHLD, SIG_DFL); /* the server's children are nobody's to reap; this one is */
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    int ended = signalfd(-1, &child, SFD_CLOEXEC);
    must(ended, "signalfd");
    pid_t program = fork();
    must(program, "fork");
    if (program == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        be_program(pair[1]);
        return;
    }
    close(pair[1]);
    build_root(); /* while the program's process gets ready, which takes as long */
    if (receive(pair[0], &byte, 1, descriptors, 1, &amount) != 1 || amount != 1)
        _exit(1); /* it has said why */
    int listener = descriptors[0];
    say("waiting\n");

    long length = receive(JOB, text, sizeof text, descriptors, MOST_FILES + 3, &amount);
    if (length <= 0)
        _exit(length < 0); /* the platform is gone, or has no use for it */
    const char *path = text;
    for (int file = 3; file < amount; file++, path += strlen(path) + 1)
        put(path, descriptors[file]);
    seal_root();
    drop_capabilities();
    must(send_all(pair[0], path, text + length - path, descriptors, 3), "sendmsg");
    set_filter(&image.first, 0); /* takes a while, and the program need not wait for it */
    for (int i = 0; i < amount; i++)
        close(descriptors[i]);
    close(pair[0]);
    close(JOB);
    watch(program, listener, ended, -1);
}

/* The server. */

static long write_to(pid_t child, const char *file, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", child, file);
    int to = open(path, O_WRONLY | O_CLOEXEC);
    if (to < 0)
        return -1;
    long written = write(to, text, strlen(text));
    int error = errno;
    close(to);
    errno = error;
    return written;
}

/* Lets a child be uid and gid 1000 in its namespace, and a user of this one outside. */
static long become(pid_t child, long uid) {
    char user[64];
    snprintf(user, sizeof user, "%d %ld 1", ID, uid);
    return write_to(child, "setgroups", "deny") < 0 || write_to(child, "uid_map", user) < 0 ? -1
                                                                                             : write_to(child, "gid_map", user);
}

/*
 * Forks one child, which is given its own socket, where it writes its status, and the files to join its cgroups by. True in
 * the program's process alone.
 */
static bool serve_one(int platform, long uid, const int *given, int count) {
    int handle = -1, gate[2];
    must(pipe2(gate, O_CLOEXEC), "pipe");
    struct clone_args arguments = {
        .flags = NAMESPACES | CLONE_PIDFD, .pidfd = (uintptr_t)&handle, .exit_signal = SIGCHLD};
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) {
        live(given, count, gate[0]);
        return true;
    }
    /* Where its byte does not come, the child ends by itself. */
    if (child > 0 && become(child, uid) > 0 && write(gate[1], "\n", 1) == 1)
        must(send_all(platform, "forked", 6, &handle, 1), "answering");
    else {
        const char *why = strerror(errno);
        must(send_all(platform, why, strlen(why), NULL, 0), "answering");
    }
    close(gate[0]);
    close(gate[1]);
    close(handle);
    return false;
}

/* What server.py calls. */

/* Says what all children have in common. The memory stays the caller's, and stays. */
void p38_image(
    const char *mounts, uint64_t scratch, void *first, unsigned short first_length, void *program,
    unsigned short program_length) {
    image.mounts = mounts;
    image.scratch = scratch;
    image.first = (struct sock_fprog){first_length, first};
    image.program = (struct sock_fprog){program_length, program};
}

/* Has a process find out what every program reads and writes. True in that process. */
static bool scout(void) {
    if (!share_findings())
        return false; /* each page is copied when it is written to, then */
    pid_t child = fork();
    must(child, "fork");
    if (child == 0) {
        PyOS_AfterFork_Child();
        return true;
    }
    waitpid(child, NULL, 0);
    keep_findings();
    return false;
}

/*
 * Serves until the platform is gone. Returns in processes that are to rehearse: 1 in the scout, which calls p38_scouted then, and 0 in
 * programs, which call p38_job. A request is a uid as text, with the descriptors of serve_one; its answer is "forked" and a handle on the
 * child, or why there is none.
 */
int p38_serve(int platform) {
    char text[REQUEST_BYTES + 1];
    int descriptors[MOST_FILES + 3], count;
    long length;
    status = STDERR_FILENO;
    PyOS_BeforeFork(); /* once for all children: its other half is run in each program, and never here */
    share_memory();
    if (scout())
        return 1;
    /* Nobody asks how a child ended: its own status tells the platform. */
    signal(SIGCHLD, SIG_IGN);
    must(send_all(platform, "ready", 5, NULL, 0), "ready");
    while ((length = receive(platform, text, REQUEST_BYTES, descriptors, MOST_REQUESTED, &count)) > 0 && count >= 2) {
        text[length] = 0;
        if (serve_one(platform, atol(text), descriptors, count))
            return 0;
        for (int i = 0; i < count; i++)
            close(descriptors[i]);
    }
    _exit(length < 0);
}

void p38_scouted(void) {
    find_touched();
    _exit(0);
}

/* Waits for the job, and takes on what the kernel has of it. Gives the length of what Python has of it, in job: room for JOB_BYTES. */
size_t p38_job(char *job) {
    int streams[3], count;
    long length = receive(JOB, job, JOB_BYTES - 1, streams, 3, &count);
    if (length <= 0 || count != 3)
        _exit(1); /* the first process is gone, and so is this one */
    job[length] = 0;
    for (int stream = 0; stream < 3; stream++)
        dup2(streams[stream], stream);
    must(chdir("/work"), "/work");
    const char *rest = take_on(job);
    must(syscall(SYS_close_range, JOB, ~0U, 0), "close_range");
    length -= rest - job;
    memmove(job, rest, length);
    return length;
}
