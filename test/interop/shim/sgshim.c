/*
 * sgshim.so: LD_PRELOAD shim that lets unmodified burn programs drive a SCSI/MMC device
 * that lives behind a unix socket (no kernel device node, no root needed).
 *
 *   SGSHIM_SOCK=/run/x.sock  unix stream socket of the device server (required)
 *   SGSHIM_DEV=/dev/fakesr   the path that the program believes is the drive
 *   SGSHIM_FILE=/tmp/marker  regular file that stands for it (default $SGSHIM_SOCK.dev, created)
 *   SGSHIM_KEPT=bd           opcode that is EPERM, as the kernel's filter has it for those without CAP_SYS_RAWIO
 *   SGSHIM_LOG=2             to stderr. 1: unknown ioctls, 2: every CDB, 3: also ioctls and paths
 *
 * An fd belongs to the drive when the real fstat() says it is the marker file (same st_dev and
 * st_ino): dup(), fork() and exec() need no bookkeeping, fcntl locks, flock() and lseek() work on the
 * marker.
 *
 * As with the kernel, a command that is not answered within its timeout ends with host status 3
 * (DID_TIME_OUT), a server that is gone is ENXIO, one that breaks the protocol EIO, and a transfer of more
 * than 16 MiB EIO. Unlike the kernel, timeouts below 7 s are kept as they are.
 *
 * Wire protocol (src/transport/wire.ts): one request and one response at a time, here a fresh connection
 * per command, all integers little endian:
 *   request  32 bytes: "SGR1" u8 cdb_len u8 dir (0 none, 1 to device, 2 from device) u16 0
 *                      u32 timeout_ms u32 len u8 cdb[16]
 *            dir 1:    + len bytes
 *   response 16 bytes: "SGA1" u8 scsi_status u8 sense_len u16 host_status u32 moved u32 0
 *                      + sense_len bytes of sense
 *            dir 2:    + moved bytes
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <scsi/sg.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#undef stat
#undef fstat

/* the function that this shim stands before */
#define REAL(ret, name, args)                           \
	static ret(*r_##name) args;                     \
	if (!r_##name)                                  \
		r_##name = (ret(*) args)dlsym(RTLD_NEXT, #name)

/* never minor 0: growisofs unmounts whatever has the same rdev */
#define FAKE_RDEV makedev(11, 200)

static const char *dev, *file, *sock_path;
static int lvl;
static dev_t m_dev; /* the marker */
static ino_t m_ino;
static int ready; /* 0 not yet, 1 active, -1 inactive */

static int rfstat(int fd, struct stat *s)
{
	REAL(int, fstat, (int, struct stat *));
	return r_fstat(fd, s);
}

static int rstat(const char *p, struct stat *s)
{
	REAL(int, stat, (const char *, struct stat *));
	return r_stat(p, s);
}

static int ropen(const char *p, int fl, mode_t m)
{
	REAL(int, open, (const char *, int, ...));
	return r_open(p, fl, m);
}

static void init(void)
{
	static char buf[512];
	struct stat s;
	char *e;
	if (ready)
		return;
	ready = 1;
	sock_path = getenv("SGSHIM_SOCK");
	dev = getenv("SGSHIM_DEV");
	file = getenv("SGSHIM_FILE");
	if ((e = getenv("SGSHIM_LOG")))
		lvl = atoi(e);
	if (!sock_path) {
		ready = -1;
		return;
	}
	if (strlen(sock_path) >= sizeof((struct sockaddr_un *)0)->sun_path) {
		fprintf(stderr, "sgshim: path too long for a socket: %s\n", sock_path);
		ready = -1;
		return;
	}
	if (!dev)
		dev = "/dev/fakesr";
	if (!file) {
		snprintf(buf, sizeof buf, "%s.dev", sock_path);
		file = buf;
		int fd = ropen(file, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
		if (fd >= 0)
			close(fd);
	}
	if (rstat(file, &s)) {
		fprintf(stderr, "sgshim: no marker %s\n", file);
		ready = -1;
		return;
	}
	m_dev = s.st_dev;
	m_ino = s.st_ino;
}

__attribute__((constructor)) static void ctor(void)
{
	init();
}

static void tr(const char *f, const char *p, long v)
{
	if (lvl > 2)
		fprintf(stderr, "sgshim: %s(%s, 0x%lx)\n", f, p, v);
}

static int is_path(const char *p)
{
	init();
	return ready > 0 && p && (!strcmp(p, dev) || !strcmp(p, file));
}

/* trace a call on a path of interest */
#define TR(f, p, v)                                                                              \
	do {                                                                                     \
		if (lvl > 2 && p &&                                                              \
		    (!strncmp(p, "/dev/", 5) || !strncmp(p, "/sys", 4) || !strncmp(p, "/proc", 5))) \
			tr(f, p, v);                                                             \
	} while (0)

static int is_fd(int fd)
{
	struct stat s;
	int e = errno, r;
	init();
	if (ready < 0 || fd < 0)
		return 0;
	r = rfstat(fd, &s) == 0 && s.st_dev == m_dev && s.st_ino == m_ino;
	errno = e;
	return r;
}

static const char *map(const char *p)
{
	return is_path(p) ? file : p;
}

/* ---- transport ------------------------------------------------------------------------------ */
#define LARGEST_TRANSFER (16u << 20)
#define CDB_MAX 16
#define DID_TIME_OUT 3

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* moves exactly n bytes before the deadline; -1 with errno, ETIMEDOUT if it passed */
static int xfer(int fd, void *b, size_t n, int wr, int64_t deadline)
{
	char *p = b;
	while (n) {
		struct pollfd pf = {.fd = fd, .events = wr ? POLLOUT : POLLIN};
		int64_t left = deadline - now_ms();
		if (left < 0)
			left = 0;
		int r = poll(&pf, 1, left > 1000000 ? 1000000 : (int)left);
		if (r < 0 && errno == EINTR)
			continue;
		if (r == 0 && now_ms() < deadline)
			continue;
		if (r <= 0) {
			errno = r ? errno : ETIMEDOUT;
			return -1;
		}
		ssize_t k = wr ? send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT) : recv(fd, p, n, MSG_DONTWAIT);
		if (k < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (k <= 0) {
			errno = EIO;
			return -1;
		}
		p += k;
		n -= k;
	}
	return 0;
}

static void p32(uint8_t *p, uint32_t v)
{
	p[0] = v;
	p[1] = v >> 8;
	p[2] = v >> 16;
	p[3] = v >> 24;
}

static uint32_t g32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static int dial(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	strcpy(un.sun_path, sock_path); /* init() has checked its length */
	if (fd >= 0 && connect(fd, (void *)&un, sizeof un) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	errno = ENXIO;
	return -1;
}

static void log_command(const uint8_t *cdb, int cl, int dir, uint32_t len, const uint8_t *a, uint32_t n,
			const uint8_t *sb)
{
	char h[3 * CDB_MAX + 1] = "";
	for (int i = 0; i < cl; i++)
		snprintf(h + 3 * i, 4, "%02x ", cdb[i]);
	fprintf(stderr, "sgshim: [%d] %s dir %d len %u -> st %d moved %u sense %x/%02x/%02x\n", getpid(), h, dir,
		len, a[4], n, a[5] > 2 ? sb[2] & 15 : 0, a[5] > 12 ? sb[12] : 0, a[5] > 13 ? sb[13] : 0);
}

/* the exchange itself; 0, or -1 with errno. a: head of the response, sb: room for 255 bytes of sense */
static int exchange(int fd, uint8_t *q, int dir, void *data, uint32_t len, uint8_t *a, uint8_t *sb,
		    int64_t deadline)
{
	if (xfer(fd, q, 32, 1, deadline) || (dir == 1 && xfer(fd, data, len, 1, deadline)) ||
	    xfer(fd, a, 16, 0, deadline))
		return -1;
	if (memcmp(a, "SGA1", 4) || g32(a + 8) > len) {
		errno = EIO;
		return -1;
	}
	if (xfer(fd, sb, a[5], 0, deadline) || (dir == 2 && xfer(fd, data, g32(a + 8), 0, deadline)))
		return -1;
	return 0;
}

/* returns SCSI status or -1 with errno; *sl: room for sense, then its length; *moved: bytes really moved */
static int scsi(const uint8_t *cdb, int cl, int dir, void *data, uint32_t len, uint32_t tmo, uint8_t *sense,
		int *sl, int *host, uint32_t *moved)
{
	uint8_t q[32] = "SGR1", a[16] = {0}, sb[256] = {0};
	int fd, timed_out, r;
	if (cl < 1 || cl > CDB_MAX || !cdb || (len && !data)) {
		errno = EINVAL;
		return -1;
	}
	if (len > LARGEST_TRANSFER) {
		errno = EIO;
		return -1;
	}
	if ((fd = dial()) < 0)
		return -1;
	q[4] = cl < 6 ? 6 : cl;
	q[5] = dir;
	p32(q + 8, tmo);
	p32(q + 12, len);
	memcpy(q + 16, cdb, cl);
	r = exchange(fd, q, dir, data, len, a, sb, now_ms() + (tmo ? tmo : 60000));
	timed_out = r && errno == ETIMEDOUT;
	close(fd);
	if (r && !timed_out) {
		errno = EIO;
		return -1;
	}
	if (timed_out) { /* whatever arrived counts for nothing */
		memset(a, 0, sizeof a);
		a[6] = DID_TIME_OUT;
	}
	if (sl) {
		int m = a[5] < *sl ? a[5] : *sl;
		if (sense)
			memcpy(sense, sb, m);
		*sl = m;
	}
	if (host)
		*host = a[6] | a[7] << 8;
	if (moved)
		*moved = g32(a + 8);
	if (lvl > 1)
		log_command(cdb, cl, dir, len, a, g32(a + 8), sb);
	return a[4];
}

static int cmd(int cl, int dir, void *d, uint32_t n, uint8_t *sense, ...)
{
	uint8_t c[16] = {0}, sb[32] = {0};
	va_list ap;
	int sl = sizeof sb, r;
	va_start(ap, sense);
	for (int i = 0; i < cl; i++)
		c[i] = va_arg(ap, int);
	va_end(ap);
	r = scsi(c, cl, dir, d, n, 60000, sb, &sl, NULL, NULL);
	if (sense)
		memcpy(sense, sb, 32);
	return r;
}

static uint64_t capacity(void)
{
	uint8_t b[8];
	for (int i = 0; i < 3; i++)
		if (cmd(10, 2, b, 8, NULL, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0) == 0)
			return ((uint64_t)((uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]) + 1) * 2048;
	return 0;
}

/* ---- ioctl ---------------------------------------------------------------------------------- */
static int sg_dir(int d)
{
	if (d == SG_DXFER_TO_DEV)
		return 1;
	return d == SG_DXFER_FROM_DEV || d == SG_DXFER_TO_FROM_DEV ? 2 : 0;
}

/* gathers (to = 1) or scatters between the vector and one buffer */
static void vector_copy(const sg_iovec_t *v, int count, uint8_t *buf, size_t len, int to)
{
	size_t o = 0;
	for (int i = 0; i < count && o < len; i++) {
		size_t k = v[i].iov_len < len - o ? v[i].iov_len : len - o;
		if (to)
			memcpy(buf + o, v[i].iov_base, k);
		else
			memcpy(v[i].iov_base, buf + o, k);
		o += k;
	}
}

static int do_sg_io(sg_io_hdr_t *h)
{
	int dir = sg_dir(h->dxfer_direction);
	int sl = h->sbp ? h->mx_sb_len : 0, host = 0, st;
	uint32_t moved = 0, len = dir ? h->dxfer_len : 0;
	uint8_t *buf = h->dxferp;
	int64_t begin = now_ms();
	const char *kept = getenv("SGSHIM_KEPT");
	if (h->interface_id != 'S') {
		errno = EINVAL;
		return -1;
	}
	if (kept && h->cmdp[0] == strtol(kept, NULL, 16)) {
		errno = EPERM;
		return -1;
	}
	if (h->iovec_count) {
		if (len > LARGEST_TRANSFER || !(buf = calloc(len ? len : 1, 1))) {
			errno = ENOMEM;
			return -1;
		}
		if (dir == 1)
			vector_copy(h->dxferp, h->iovec_count, buf, len, 1);
	}
	st = scsi(h->cmdp, h->cmd_len, len ? dir : 0, buf, len, h->timeout, h->sbp, &sl, &host, &moved);
	if (h->iovec_count) {
		int e = errno;
		if (st >= 0 && dir == 2)
			vector_copy(h->dxferp, h->iovec_count, buf, moved, 0);
		free(buf);
		errno = e;
	}
	if (st < 0)
		return -1;
	h->status = st;
	h->masked_status = (st >> 1) & 0x1f;
	h->msg_status = 0;
	h->sb_len_wr = sl;
	h->host_status = host;
	h->driver_status = sl ? 8 : 0; /* DRIVER_SENSE */
	h->resid = (int)len - (int)moved;
	h->duration = (unsigned)(now_ms() - begin);
	h->info = (st || host) ? SG_INFO_CHECK : SG_INFO_OK;
	return 0;
}

static int do_packet(struct cdrom_generic_command *c)
{
	int dir = c->data_direction == CGC_DATA_WRITE ? 1 : 0, st, sl = 18, host;
	uint32_t mv;
	uint8_t sb[32] = {0};
	if (c->data_direction == CGC_DATA_READ)
		dir = 2;
	st = scsi(c->cmd, 12, dir, c->buffer, dir ? c->buflen : 0, c->timeout ? c->timeout * 10 : 60000, sb,
		  &sl, &host, &mv);
	if (st < 0)
		return -1;
	if (c->sense)
		memcpy(c->sense, sb, sizeof *c->sense < 18 ? sizeof *c->sense : 18);
	c->stat = st;
	if (st) {
		errno = EIO;
		return -1;
	}
	return 0;
}

static int drive_status(void)
{
	uint8_t s[32];
	int r = 0;
	for (int i = 0; i < 4; i++) { /* swallow UNIT ATTENTION */
		r = cmd(6, 0, NULL, 0, s, 0, 0, 0, 0, 0, 0);
		if (r != 2 || (s[2] & 15) != 6)
			break;
	}
	if (r == 0)
		return CDS_DISC_OK;
	if (r == 2 && s[12] == 0x3a)
		return s[13] == 2 ? CDS_TRAY_OPEN : CDS_NO_DISC;
	return CDS_DRIVE_NOT_READY;
}

static int eio(int status)
{
	if (!status)
		return 0;
	errno = EIO;
	return -1;
}

static int do_ioctl(unsigned long rq, void *arg)
{
	static int reserved = 131072;
	if (lvl > 2 && rq != SG_IO)
		fprintf(stderr, "sgshim: ioctl 0x%lx arg %p\n", rq, arg);
	switch (rq) {
	case SG_IO: return do_sg_io(arg);
	case CDROM_SEND_PACKET: return do_packet(arg);
	case SG_GET_VERSION_NUM: *(int *)arg = 30536; return 0;
	case SG_SET_TIMEOUT: return 0;
	case SG_GET_TIMEOUT: return 6000;
	case SG_SET_RESERVED_SIZE: reserved = *(int *)arg > 524288 ? 524288 : *(int *)arg; return 0;
	case SG_GET_RESERVED_SIZE: *(int *)arg = reserved; return 0;
	case SG_EMULATED_HOST: *(int *)arg = 1; return 0;
	case 0x5382 /* SCSI_IOCTL_GET_IDLUN */:
		((int *)arg)[0] = 0x63000000; /* host 99 */
		((int *)arg)[1] = 0;
		return 0;
	case 0x5386 /* SCSI_IOCTL_GET_BUS_NUMBER */: *(int *)arg = 99; return 0;
	case CDROM_DRIVE_STATUS: return drive_status();
	case CDROM_DISC_STATUS: return CDS_DATA_1;
	case CDROM_MEDIA_CHANGED: return 0;
	case CDROM_GET_CAPABILITY:
		return CDC_CLOSE_TRAY | CDC_OPEN_TRAY | CDC_LOCK | CDC_SELECT_SPEED | CDC_MULTI_SESSION |
		       CDC_MCN | CDC_MEDIA_CHANGED | CDC_PLAY_AUDIO | CDC_RESET | CDC_DRIVE_STATUS |
		       CDC_GENERIC_PACKET | CDC_CD_R | CDC_CD_RW | CDC_DVD | CDC_DVD_R;
	case CDROM_SET_OPTIONS:
	case CDROM_CLEAR_OPTIONS: return CDO_LOCK;
	case CDROM_SELECT_SPEED:
	case BLKFLSBUF: return 0;
	case CDROM_CHANGER_NSLOTS: return 1;
	case CDROM_LOCKDOOR:
		return eio(cmd(6, 0, NULL, 0, NULL, 0x1e, 0, 0, 0, (int)(long)arg & 1, 0));
	case CDROMEJECT: return eio(cmd(6, 0, NULL, 0, NULL, 0x1b, 0, 0, 0, 2, 0));
	case CDROMCLOSETRAY: return eio(cmd(6, 0, NULL, 0, NULL, 0x1b, 0, 0, 0, 3, 0));
	case CDROMSTART: return eio(cmd(6, 0, NULL, 0, NULL, 0x1b, 0, 0, 0, 1, 0));
	case CDROMMULTISESSION: {
		struct cdrom_multisession *m = arg;
		uint8_t b[12] = {0};
		if (eio(cmd(10, 2, b, 12, NULL, 0x43, 0, 1, 0, 0, 0, 0, 0, 12, 0)))
			return -1;
		int lba = b[8] << 24 | b[9] << 16 | b[10] << 8 | b[11];
		m->xa_flag = b[2] != b[3];
		if (m->addr_format == CDROM_LBA)
			m->addr.lba = lba;
		else {
			lba += 150;
			m->addr.msf.minute = lba / 4500;
			m->addr.msf.second = lba / 75 % 60;
			m->addr.msf.frame = lba % 75;
		}
		return 0;
	}
	case CDROMREADTOCHDR: {
		struct cdrom_tochdr *t = arg;
		uint8_t b[4];
		if (eio(cmd(10, 2, b, 4, NULL, 0x43, 0, 0, 0, 0, 0, 0, 0, 4, 0)))
			return -1;
		t->cdth_trk0 = b[2];
		t->cdth_trk1 = b[3];
		return 0;
	}
	case CDROMREADTOCENTRY: {
		struct cdrom_tocentry *t = arg;
		uint8_t b[12] = {0};
		int msf = t->cdte_format == CDROM_MSF ? 2 : 0;
		if (eio(cmd(10, 2, b, 12, NULL, 0x43, msf, 0, 0, 0, 0, t->cdte_track, 0, 12, 0)))
			return -1;
		t->cdte_adr = b[5] >> 4;
		t->cdte_ctrl = b[5] & 15;
		t->cdte_datamode = 0;
		if (msf) {
			t->cdte_addr.msf.minute = b[9];
			t->cdte_addr.msf.second = b[10];
			t->cdte_addr.msf.frame = b[11];
		} else
			t->cdte_addr.lba = b[8] << 24 | b[9] << 16 | b[10] << 8 | b[11];
		return 0;
	}
	case BLKGETSIZE: *(long *)arg = capacity() / 512; return 0;
	case BLKGETSIZE64: *(uint64_t *)arg = capacity(); return 0;
	case BLKSSZGET: *(int *)arg = 2048; return 0;
	case BLKROGET: *(int *)arg = 0; return 0;
	case SG_GET_SCSI_ID: /* a real sr block device refuses it as well */
	default:
		if (lvl)
			fprintf(stderr, "sgshim: ioctl 0x%lx refused\n", rq);
		errno = ENOTTY;
		return -1;
	}
}

int ioctl(int fd, unsigned long rq, ...)
{
	va_list ap;
	void *arg;
	va_start(ap, rq);
	arg = va_arg(ap, void *);
	va_end(ap);
	REAL(int, ioctl, (int, unsigned long, ...));
	return is_fd(fd) ? do_ioctl(rq, arg) : r_ioctl(fd, rq, arg);
}

/* ---- open / stat / access ------------------------------------------------------------------- */
#define MODE(fl)                                        \
	mode_t m = 0;                                   \
	if ((fl) & (O_CREAT | O_TMPFILE)) {             \
		va_list ap;                             \
		va_start(ap, fl);                       \
		m = va_arg(ap, int);                    \
		va_end(ap);                             \
	}
/* the marker is opened without what would harm or refuse it */
#define FLAGS(p, fl) (is_path(p) ? ((fl) & ~(O_EXCL | O_CREAT | O_TRUNC | O_DIRECT)) : (fl))

int open(const char *p, int fl, ...)
{
	MODE(fl);
	TR("open", p, fl);
	return ropen(map(p), FLAGS(p, fl), m);
}

int open64(const char *p, int fl, ...)
{
	MODE(fl);
	TR("open64", p, fl);
	REAL(int, open64, (const char *, int, ...));
	return r_open64(map(p), FLAGS(p, fl), m);
}

int openat(int d, const char *p, int fl, ...)
{
	MODE(fl);
	REAL(int, openat, (int, const char *, int, ...));
	return r_openat(d, map(p), FLAGS(p, fl), m);
}

int openat64(int d, const char *p, int fl, ...)
{
	MODE(fl);
	REAL(int, openat64, (int, const char *, int, ...));
	return r_openat64(d, map(p), FLAGS(p, fl), m);
}

int __open_2(const char *p, int fl)
{
	TR("__open_2", p, fl);
	return ropen(map(p), FLAGS(p, fl), 0);
}

int __open64_2(const char *p, int fl)
{
	TR("__open64_2", p, fl);
	REAL(int, open64, (const char *, int, ...));
	return r_open64(map(p), FLAGS(p, fl), 0);
}

static void fake(void *sv)
{
	struct stat *s = sv;
	if (ready > 0 && s->st_dev == m_dev && s->st_ino == m_ino) {
		s->st_mode = S_IFBLK | 0660;
		s->st_rdev = FAKE_RDEV;
		s->st_size = 0;
		s->st_blksize = 2048;
		s->st_blocks = 0;
	}
}

int stat(const char *p, struct stat *s)
{
	TR("stat", p, 0L);
	int r = rstat(map(p), s);
	if (!r)
		fake(s);
	return r;
}

int stat64(const char *p, struct stat64 *s)
{
	TR("stat64", p, 0L);
	REAL(int, stat64, (const char *, struct stat64 *));
	int r = r_stat64(map(p), s);
	if (!r)
		fake(s);
	return r;
}

int lstat(const char *p, struct stat *s)
{
	TR("lstat", p, 0L);
	REAL(int, lstat, (const char *, struct stat *));
	int r = r_lstat(map(p), s);
	if (!r)
		fake(s);
	return r;
}

int lstat64(const char *p, struct stat64 *s)
{
	TR("lstat64", p, 0L);
	REAL(int, lstat64, (const char *, struct stat64 *));
	int r = r_lstat64(map(p), s);
	if (!r)
		fake(s);
	return r;
}

int fstat(int fd, struct stat *s)
{
	int r = rfstat(fd, s);
	if (!r)
		fake(s);
	if (lvl > 2 && !r && S_ISBLK(s->st_mode))
		tr("fstat", "fd", fd);
	return r;
}

int fstat64(int fd, struct stat64 *s)
{
	REAL(int, fstat64, (int, struct stat64 *));
	int r = r_fstat64(fd, s);
	if (!r)
		fake(s);
	if (lvl > 2 && !r && S_ISBLK(s->st_mode))
		tr("fstat64", "fd", fd);
	return r;
}

int fstatat(int d, const char *p, struct stat *s, int f)
{
	REAL(int, fstatat, (int, const char *, struct stat *, int));
	int r = r_fstatat(d, map(p), s, f);
	if (!r)
		fake(s);
	return r;
}

int fstatat64(int d, const char *p, struct stat64 *s, int f)
{
	REAL(int, fstatat64, (int, const char *, struct stat64 *, int));
	int r = r_fstatat64(d, map(p), s, f);
	if (!r)
		fake(s);
	return r;
}

int __xstat(int v, const char *p, struct stat *s)
{
	(void)v;
	return stat(p, s);
}

int __xstat64(int v, const char *p, struct stat64 *s)
{
	(void)v;
	return stat64(p, s);
}

int __lxstat(int v, const char *p, struct stat *s)
{
	(void)v;
	return lstat(p, s);
}

int __lxstat64(int v, const char *p, struct stat64 *s)
{
	(void)v;
	return lstat64(p, s);
}

int __fxstat(int v, int fd, struct stat *s)
{
	(void)v;
	return fstat(fd, s);
}

int __fxstat64(int v, int fd, struct stat64 *s)
{
	(void)v;
	return fstat64(fd, s);
}

int statx(int d, const char *p, int f, unsigned m, struct statx *x)
{
	REAL(int, statx, (int, const char *, int, unsigned, struct statx *));
	int r = r_statx(d, map(p), f, m, x);
	if (!r && ready > 0 && makedev(x->stx_dev_major, x->stx_dev_minor) == m_dev && x->stx_ino == m_ino) {
		x->stx_mode = S_IFBLK | 0660;
		x->stx_rdev_major = 11;
		x->stx_rdev_minor = 200;
		x->stx_size = 0;
	}
	return r;
}

/* libuv calls statx through syscall(2) */
long syscall(long n, ...)
{
	va_list ap;
	long a[6];
	va_start(ap, n);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	REAL(long, syscall, (long, ...));
	if (n == SYS_statx && ready > 0 && a[1]) {
		if (((const char *)a[1])[0] == 0 || is_path((const char *)a[1]))
			return statx(a[0], (const char *)a[1], a[2], a[3], (struct statx *)a[4]);
	}
	return r_syscall(n, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* wodim as a plain user runs out of RLIMIT_MEMLOCK otherwise */
int mlockall(int f)
{
	(void)f;
	return 0;
}

int access(const char *p, int m)
{
	TR("access", p, m);
	REAL(int, access, (const char *, int));
	return r_access(map(p), m);
}

int eaccess(const char *p, int m)
{
	REAL(int, eaccess, (const char *, int));
	return r_eaccess(map(p), m);
}

int euidaccess(const char *p, int m)
{
	REAL(int, euidaccess, (const char *, int));
	return r_euidaccess(map(p), m);
}

char *realpath(const char *p, char *o)
{
	TR("realpath", p, 0L);
	REAL(char *, realpath, (const char *, char *));
	if (is_path(p))
		return o ? strcpy(o, p) : strdup(p);
	return r_realpath(p, o);
}

ssize_t readlink(const char *p, char *b, size_t n)
{
	TR("readlink", p, 0L);
	REAL(ssize_t, readlink, (const char *, char *, size_t));
	return r_readlink(map(p), b, n);
}

/* ---- block reads and writes (growisofs -M, DVD-RAM): READ(10) and WRITE(10) on the drive ------
 * As for a block device that was opened with O_DIRECT: nothing is kept back, and the end of the medium is the end of
 * the file. A part of a block is read and written back. */
#define BLOCK 2048
#define RUN 16 /* blocks of one command */

static int blkcmd(int opcode, uint8_t *t, uint32_t lba, int count)
{
	return cmd(10, opcode == 0x2a ? 1 : 2, t, count * BLOCK, NULL, opcode, 0, lba >> 24, (lba >> 16) & 255,
		   (lba >> 8) & 255, lba & 255, 0, 0, count, 0);
}

/* one command's worth at off, through the buffer t; bytes moved, or -1 */
static ssize_t blkrun(uint8_t *t, uint8_t *b, size_t n, off_t off, uint64_t blocks, int writing)
{
	uint32_t lba = off / BLOCK, skip = off % BLOCK;
	uint64_t count = (skip + n + BLOCK - 1) / BLOCK;
	if (count > RUN)
		count = RUN;
	if (count > blocks - lba)
		count = blocks - lba;
	size_t k = count * BLOCK - skip;
	if (k > n)
		k = n;
	if ((!writing || skip || k % BLOCK) && blkcmd(0x28, t, lba, count))
		return -1;
	if (!writing) {
		memcpy(b, t + skip, k);
		return k;
	}
	memcpy(t + skip, b, k);
	return blkcmd(0x2a, t, lba, count) ? -1 : (ssize_t)k;
}

static ssize_t blkmove(uint8_t *b, size_t n, off_t off, int writing)
{
	uint8_t *t = malloc(RUN * BLOCK); /* not thread-local: a big TLS block breaks small thread stacks (node) */
	uint64_t blocks = capacity() / BLOCK;
	size_t done = 0;
	ssize_t k = 0;
	if (!t) {
		errno = ENOMEM;
		return -1;
	}
	while (done < n && (uint64_t)off / BLOCK < blocks) {
		if ((k = blkrun(t, b + done, n - done, off, blocks, writing)) < 0)
			break;
		done += k;
		off += k;
	}
	free(t);
	if (done || !n || (k == 0 && !writing))
		return done;
	errno = k < 0 ? EIO : ENOSPC;
	return -1;
}

/* at the position of the marker, which moves on */
static ssize_t blkstream(int fd, void *b, size_t n, int writing)
{
	off_t o = lseek(fd, 0, SEEK_CUR);
	ssize_t k = blkmove(b, n, o, writing);
	if (k > 0)
		lseek(fd, o + k, SEEK_SET);
	return k;
}

ssize_t pread(int fd, void *b, size_t n, off_t o)
{
	REAL(ssize_t, pread, (int, void *, size_t, off_t));
	return is_fd(fd) ? blkmove(b, n, o, 0) : r_pread(fd, b, n, o);
}

ssize_t pread64(int fd, void *b, size_t n, off64_t o)
{
	REAL(ssize_t, pread64, (int, void *, size_t, off64_t));
	return is_fd(fd) ? blkmove(b, n, o, 0) : r_pread64(fd, b, n, o);
}

ssize_t pwrite(int fd, const void *b, size_t n, off_t o)
{
	REAL(ssize_t, pwrite, (int, const void *, size_t, off_t));
	return is_fd(fd) ? blkmove((void *)b, n, o, 1) : r_pwrite(fd, b, n, o);
}

ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o)
{
	REAL(ssize_t, pwrite64, (int, const void *, size_t, off64_t));
	return is_fd(fd) ? blkmove((void *)b, n, o, 1) : r_pwrite64(fd, b, n, o);
}

ssize_t read(int fd, void *b, size_t n)
{
	REAL(ssize_t, read, (int, void *, size_t));
	return is_fd(fd) ? blkstream(fd, b, n, 0) : r_read(fd, b, n);
}

ssize_t write(int fd, const void *b, size_t n)
{
	REAL(ssize_t, write, (int, const void *, size_t));
	return is_fd(fd) ? blkstream(fd, (void *)b, n, 1) : r_write(fd, b, n);
}
