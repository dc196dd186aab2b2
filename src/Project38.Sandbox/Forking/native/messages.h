/* Messages between the platform, the server and its children, with descriptors. */
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { MOST_FILES = 250 /* of SCM_MAX_FD, 253, less three streams */ };

/* Gives the length, 0 where nobody is at the other end any more, and -1 for an error, which includes too much of anything. */
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

static long send_all(int socket, const char *text, size_t bytes, const int *descriptors, int count) {
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 3)];
        struct cmsghdr aligned;
    } control = {0};
    struct iovec part = {(char *)text, bytes};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * count);
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}
