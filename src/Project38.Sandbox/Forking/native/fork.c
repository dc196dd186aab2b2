/*
 * One run of a fork server: a child in namespaces of its own, which builds its sandbox, waits for its job, and tells how the
 * program ended; and the program's process, which waits until it is told what to be.
 *
 * server.py calls it through ctypes with the interpreter's lock held. The child never runs Python: each page that Python touches
 * would have to be copied first, which costs more than all that is done here. Nothing here sees what an agent wrote but as
 * descriptors, and nothing an agent says is read but the kernel's own notifications.
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
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../../Native/rights.h"

/* Of the interpreter that has loaded this; its stable interface has them wherever fork is. */
extern void PyOS_BeforeFork(void);
extern void PyOS_AfterFork_Parent(void);
extern void PyOS_AfterFork_Child(void);

/* Where the descriptors of a child are, from the moment that it has no others. The program finds its socket at the first. */
enum { JOB = 3, STATUS = 4, SPARE = 64 };

enum {
    ID = 1000,             /* uid and gid of a run, in its own namespace */
    MOST_FILES = 250,      /* of SCM_MAX_FD, 253, less three streams */
    JOB_BYTES = 64 * 1024,
    MOST_REFUSED = 32,     /* of which the names are told */
    SHARED = 16 << 20,     /* the most of /dev/shm, in bytes */
    KNOWN_CALLS = 512,
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

/* Messages with descriptors. */

static long receive(int socket, char *text, size_t bytes, int *descriptors, int most, int *count) {
    char control[CMSG_SPACE(sizeof(int) * (MOST_FILES + 3))];
    struct iovec part = {text, bytes};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    long length;
    do
        length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    *count = 0;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    if (length > 0 && rights && rights->cmsg_type == SCM_RIGHTS) {
        *count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        if (*count > most || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
            errno = EMSGSIZE;
            return -1;
        }
        memcpy(descriptors, CMSG_DATA(rights), *count * sizeof(int));
    }
    return length;
}

static void send_all(int socket, const char *text, size_t bytes, const int *descriptors, int count) {
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 3)];
        struct cmsghdr aligned;
    } control = {0};
    struct iovec part = {(char *)text, bytes};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(sizeof(int) * count)};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * count);
    must(sendmsg(socket, &message, MSG_NOSIGNAL), "sendmsg");
}

/* The first process. */

/* Refuses a call of the kernel that the program has asked for, and names it once. */
static void refuse(int listener) {
    static bool told[KNOWN_CALLS];
    static int refused;
    struct seccomp_notif asked = {0};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0)
        return; /* whoever asked is gone */
    int call = asked.data.nr;
    if (call >= 0 && call < KNOWN_CALLS && !told[call] && refused < MOST_REFUSED) {
        char text[32];
        told[call] = true;
        refused++;
        snprintf(text, sizeof text, "refused %d\n", call);
        say(text);
    }
    /* As the filter of a fresh sandbox answers. */
    struct seccomp_notif_resp answer = {
        .id = asked.id, .error = call == SYS_socket || call == SYS_socketpair ? -EAFNOSUPPORT : -EPERM};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 && errno != ENOENT)
        fail("answering for the filter");
}

/* Reaps what is left of the run, answers for what it may not do, and tells how the program ended. */
static _Noreturn void watch(pid_t program, int listener, int ended) {
    struct pollfd reading[] = {{.fd = ended, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    for (;;) {
        int how;
        pid_t dead;
        while ((dead = waitpid(-1, &how, WNOHANG)) > 0) {
            if (dead != program)
                continue;
            say_end(how);
            _exit(0);
        }
        if (poll(reading, 2, -1) < 0)
            continue;
        struct signalfd_siginfo child;
        if (reading[0].revents && read(ended, &child, sizeof child) < 0)
            fail("signalfd");
        if (reading[1].revents & POLLIN)
            refuse(listener);
    }
}

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

/* The program's process: gives up its rights, hands on the listener, and goes back to Python to wait for the job. */
static int be_program(int socket) {
    PyOS_AfterFork_Child();
    drop_capabilities();
    int listener = set_filter(&image.program, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    send_all(socket, "r", 1, &listener, 1);
    dup3(socket, JOB, O_CLOEXEC);
    must(syscall(SYS_close_range, JOB + 1, ~0U, 0), "close_range");
    must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "dumpable"); /* its own processes may look into each other */
    return 0;
}

/* The first process, from its first moment to its last. Returns in the program's process alone. */
static int live(int job, int told, const int *cgroups, int count, int wait) {
    static char text[JOB_BYTES];
    int descriptors[MOST_FILES + 3];
    char byte;

    status = told;
    for (int i = 0; i < count; i++)
        must(write(cgroups[i], "0", 1), "joining the cgroup");
    if (read(wait, &byte, 1) != 1)
        _exit(1); /* the server is gone, or could not make it anybody */
    keep(job, told);
    must(setsid(), "setsid");
    must(setresgid(ID, ID, ID), "setresgid");
    must(setresuid(ID, ID, ID), "setresuid");
    /* Nobody of the same user looks into this process. */
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable");
    must(unshare(CLONE_NEWCGROUP), "leaving the cgroups");
    must(sethostname("sandbox", 7), "sethostname");
    build_root();
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
        return be_program(pair[1]);
    }
    close(pair[1]);
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
    send_all(pair[0], path, text + length - path, descriptors, 3);
    set_filter(&image.first, 0); /* takes a while, and the program need not wait for it */
    for (int i = 0; i < amount; i++)
        close(descriptors[i]);
    close(pair[0]);
    close(JOB);
    watch(program, listener, ended);
}

/* What the server calls. */

/* Says what all children have in common. The memory stays the caller's, and stays. */
void p38_image(
    const char *mounts, uint64_t scratch, void *first, unsigned short first_length, void *program,
    unsigned short program_length) {
    image.mounts = mounts;
    image.scratch = scratch;
    image.first = (struct sock_fprog){first_length, first};
    image.program = (struct sock_fprog){program_length, program};
}

/*
 * Forks one child.
 *   job      where it is told its job; told: where it tells its status
 *   cgroups  the files to join its cgroups by
 *   wait     where a byte comes when it is somebody in its namespace
 * Gives its number in the server, or a negative error; 0 in the program's process, which finds its socket at descriptor 3.
 */
int p38_fork(int job, int told, const int *cgroups, int count, int wait) {
    struct clone_args arguments = {.flags = NAMESPACES, .exit_signal = SIGCHLD};
    PyOS_BeforeFork();
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0)
        return live(job, told, cgroups, count, wait);
    int error = errno;
    PyOS_AfterFork_Parent();
    return child < 0 ? -error : (int)child;
}
