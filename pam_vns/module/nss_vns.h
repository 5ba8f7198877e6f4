/*
 * Declares the functions of libnss_vns.so.2 that glibc calls. Their contracts
 * are those of getpwnam_r(3), getgrnam_r(3) and initgroups(3), with the status
 * as result.
 */
#ifndef VNS_NSS_VNS_H
#define VNS_NSS_VNS_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>

enum nss_status _nss_vns_getpwnam_r(const char *name, struct passwd *pw,
				    char *buffer, size_t size, int *errnop);
enum nss_status _nss_vns_getpwuid_r(uid_t uid, struct passwd *pw, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vns_setpwent(int stayopen);
enum nss_status _nss_vns_endpwent(void);
enum nss_status _nss_vns_getpwent_r(struct passwd *pw, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vns_getgrnam_r(const char *name, struct group *gr,
				    char *buffer, size_t size, int *errnop);
enum nss_status _nss_vns_getgrgid_r(gid_t gid, struct group *gr, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vns_setgrent(int stayopen);
enum nss_status _nss_vns_endgrent(void);
enum nss_status _nss_vns_getgrent_r(struct group *gr, char *buffer, size_t size,
				    int *errnop);
enum nss_status _nss_vns_initgroups_dyn(const char *user, gid_t primary,
					long *start, long *size, gid_t **groups,
					long limit, int *errnop);

#endif
