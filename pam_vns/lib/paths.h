/*
 * Names the files that the module and the tools find without being told: the
 * configuration, and the keeper's socket.
 */
#ifndef VNS_PATHS_H
#define VNS_PATHS_H

#define VNS_CONFIG_PATH VNS_SYSCONFDIR "/vns/pam_vns.conf"

/*
 * The keeper's own directory is the same whatever run_dir says: the module,
 * which has to find the socket, does not read the configuration.
 */
#define VNS_KEEPER_RUN "/run/vns"
#define VNS_KEEPER_SOCKET VNS_KEEPER_RUN "/keeper"

#endif
