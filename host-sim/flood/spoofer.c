/*
 * Sends prepared datagrams at a rate, each with the loopback address it says as its source, and counts what comes back
 * to made-up sources. Linux lets a socket that is bound to no address send from any local one, and all of 127/8 is local:
 * so nothing here needs a privilege, and who really has an address goes on getting what is sent to it.
 *
 *   spoofer PLAN PER-SECOND SECONDS VICTIM STRANGERS [cookies]
 *
 * PLAN holds datagrams: source address 4, source port 2, destination address 4, destination port 2, count 2, big-endian,
 * then so many bytes; past its end it begins again. VICTIM is an address; STRANGERS is "127.x.", whose two free bytes
 * number the made-up sources. With `cookies` a cookie that comes is answered by the hello1 it asks for, as by one who
 * is there. Prints one line of JSON.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

enum { headBytes = 14, datagramBytes = 2048, portsMax = 32, lingerMs = 3500, behindMax = 200, sourceCount = 65536 };
enum { cookieFirst = 0xd0, cookieFrameBytes = 20, helloBytes = 84, cookieAt = 36 };

typedef struct {
  uint64_t in, out;
} Account;

typedef struct {
  uint64_t datagrams, bytes, unsent, back, backBytes, cookies, heard;
} Totals;

static Account accounts[sourceCount];
static Totals totals;
static struct {
  uint16_t port;
  int file;
} sockets[portsMax];
static int socketCount;
static uint32_t victim, strangers;
static bool answersCookies;
static unsigned loopback;

static void fail(const char* what) {
  fprintf(stderr, "spoofer: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint32_t read32(const uint8_t* at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint16_t read16(const uint8_t* at) {
  return (uint16_t)(at[0] << 8 | at[1]);
}

static struct sockaddr_in endpoint(uint32_t address, uint16_t port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
}

static Account* accountOf(uint32_t address) {
  return (address & 0xffff0000u) == strangers ? &accounts[address & 0xffff] : NULL;
}

/* A socket of that port on all addresses. One that a phone has of its own stands before it. */
static int socketOf(uint16_t port) {
  for (int i = 0; i < socketCount; i++)
    if (sockets[i].port == port) return sockets[i].file;
  if (socketCount == portsMax) fail("too many source ports");
  struct sockaddr_in local = endpoint(INADDR_ANY, port);
  int one = 1, size = 1 << 20;
  int file = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (file < 0) fail("a socket");
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(file, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
  setsockopt(file, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(file, IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
  if (bind(file, (struct sockaddr*)&local, sizeof local) < 0) fail("a port");
  sockets[socketCount].port = port;
  sockets[socketCount++].file = file;
  return file;
}

static void sendFrom(struct sockaddr_in from, struct sockaddr_in to, const uint8_t* bytes, size_t count) {
  union {
    struct cmsghdr head;
    uint8_t room[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec vector = {.iov_base = (void*)bytes, .iov_len = count};
  struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &vector, .msg_iovlen = 1,
    .msg_control = &control, .msg_controllen = sizeof control};
  control.head.cmsg_level = IPPROTO_IP;
  control.head.cmsg_type = IP_PKTINFO;
  control.head.cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
  struct in_pktinfo* info = (struct in_pktinfo*)CMSG_DATA(&control.head);
  info->ipi_spec_dst = from.sin_addr;
  if (IN_MULTICAST(ntohl(to.sin_addr.s_addr))) info->ipi_ifindex = (int)loopback;
  if (sendmsg(socketOf(ntohs(from.sin_port)), &message, 0) < 0) {
    totals.unsent++;
    return;
  }
  totals.datagrams++;
  totals.bytes += count;
  Account* account = accountOf(ntohl(from.sin_addr.s_addr));
  if (account) account->in += count;
}

/* hello1 with the cookie that was demanded, a random key and zeros behind: hello3 never follows. */
static void greetAgain(struct sockaddr_in from, struct sockaddr_in to, const uint8_t* cookie) {
  uint8_t hello[helloBytes] = {0xc2};
  if (getrandom(hello + 1, cookieAt - 1, 0) < 0) return;
  hello[3] |= 1;
  memcpy(hello + cookieAt, cookie, 16);
  totals.cookies++;
  sendFrom(from, to, hello, sizeof hello);
}

static struct in_pktinfo* arrivedAt(struct msghdr* message) {
  for (struct cmsghdr* head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head))
    if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_PKTINFO) return (struct in_pktinfo*)CMSG_DATA(head);
  return NULL;
}

/* Takes what one socket has; false when it has nothing. */
static bool receive(uint16_t port, int file) {
  static uint8_t bytes[datagramBytes];
  uint8_t control[256];
  struct sockaddr_in from;
  struct iovec vector = {.iov_base = bytes, .iov_len = sizeof bytes};
  struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &vector, .msg_iovlen = 1,
    .msg_control = control, .msg_controllen = sizeof control};
  ssize_t count = recvmsg(file, &message, 0);
  if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
  struct in_pktinfo* info = arrivedAt(&message);
  totals.heard++;
  if (!info || ntohl(from.sin_addr.s_addr) != victim) return true;
  uint32_t to = ntohl(info->ipi_addr.s_addr);
  Account* account = accountOf(to);
  if (!account) return true;
  account->out += (uint64_t)count;
  totals.back++;
  totals.backBytes += (uint64_t)count;
  if (answersCookies && count == cookieFrameBytes && bytes[0] == cookieFirst)
    greetAgain(endpoint(to, port), from, bytes + 4);
  return true;
}

static void receiveAll(int waitMs) {
  struct pollfd entries[portsMax];
  for (int i = 0; i < socketCount; i++) entries[i] = (struct pollfd){.fd = sockets[i].file, .events = POLLIN};
  if (poll(entries, (nfds_t)socketCount, waitMs) <= 0) return;
  for (int i = 0; i < socketCount; i++)
    while (entries[i].revents && receive(sockets[i].port, sockets[i].file)) continue;
}

static uint8_t* readPlan(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (!file) fail(path);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  uint8_t* plan = malloc(*size + 1);
  if (!plan || *size == 0 || fread(plan, 1, *size, file) != *size) fail("the plan");
  fclose(file);
  return plan;
}

/* Sends the datagram at `at` of the plan; where the next one is. */
static size_t sendNext(const uint8_t* plan, size_t size, size_t at) {
  const uint8_t* head = plan + at;
  size_t count = read16(head + 12);
  sendFrom(endpoint(read32(head), read16(head + 4)), endpoint(read32(head + 6), read16(head + 10)), head + headBytes,
    count);
  at += headBytes + count;
  return at + headBytes > size ? 0 : at;
}

/* Every millisecond what is due by then. What a busy computer kept from being sent in time is not made up for. */
static double flood(const uint8_t* plan, size_t size, double perSecond, double seconds) {
  uint64_t start = nanoseconds(), end = start + (uint64_t)(seconds * 1e9), now = start;
  double sent = 0;
  for (size_t at = 0; now < end; now = nanoseconds()) {
    double due = perSecond * (double)(now - start) / 1e9;
    if (due - sent > behindMax) sent = due - behindMax;
    for (; sent < due; sent++) at = sendNext(plan, size, at);
    receiveAll(1);
  }
  return (double)(now - start) / 1e9;
}

static void report(double seconds) {
  double worst = 0;
  unsigned asked = 0, answered = 0;
  for (int i = 0; i < sourceCount; i++) {
    const Account* it = &accounts[i];
    if (it->in > 0) asked++;
    if (it->out == 0) continue;
    answered++;
    double factor = (double)it->out / (double)(it->in > 0 ? it->in : 1);
    if (factor > worst) worst = factor;
  }
  printf("{\"seconds\":%.3f,\"datagrams\":%llu,\"bytes\":%llu,\"unsent\":%llu,\"back\":%llu,\"backBytes\":%llu,"
         "\"cookiesAnswered\":%llu,\"sources\":%u,\"answered\":%u,\"worstFactor\":%.3f}\n",
    seconds, (unsigned long long)totals.datagrams, (unsigned long long)totals.bytes,
    (unsigned long long)totals.unsent, (unsigned long long)totals.back, (unsigned long long)totals.backBytes,
    (unsigned long long)totals.cookies, asked, answered, worst);
}

int main(int count, char** words) {
  if (count < 6) {
    fprintf(stderr, "spoofer: PLAN PER-SECOND SECONDS VICTIM STRANGERS [cookies]\n");
    return 2;
  }
  size_t size;
  uint8_t* plan = readPlan(words[1], &size);
  char prefix[32];
  snprintf(prefix, sizeof prefix, "%s0.0", words[5]);
  victim = ntohl(inet_addr(words[4]));
  strangers = ntohl(inet_addr(prefix));
  answersCookies = count > 6 && !strcmp(words[6], "cookies");
  loopback = if_nametoindex("lo");
  double seconds = flood(plan, size, atof(words[2]), atof(words[3]));
  for (uint64_t end = nanoseconds() + lingerMs * 1000000ull; nanoseconds() < end;) receiveAll(50);
  report(seconds);
  free(plan);
  return 0;
}
