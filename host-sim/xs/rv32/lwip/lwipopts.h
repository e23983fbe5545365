/*
 * lwIP as an ESP-IDF image has it, as far as a phone needs: IPv4, ARP, ICMP, IGMP, UDP with reassembly, driven from
 * one loop (no threads of its own). Received frames stay in the network card's buffers (network.c), sent ones are
 * copied from lwIP's heap.
 */
#ifndef MUSTER_LWIPOPTS_H
#define MUSTER_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TCP 0
#define LWIP_RAW 0
#define LWIP_DNS 0
#define LWIP_DHCP 0
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ICMP 1
#define LWIP_IGMP 1
#define LWIP_UDP 1
#define LWIP_STATS 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE 16384
#define MEMP_NUM_PBUF 16
#define PBUF_POOL_SIZE 2
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define MEMP_NUM_UDP_PCB 8
#define MEMP_NUM_IGMP_GROUP 5
#define MEMP_NUM_REASSDATA 4
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 10
#define IP_FRAG 1
#define ARP_TABLE_SIZE 16
#define ETHARP_SUPPORT_STATIC_ENTRIES 1
#define ARP_QUEUEING 1
#define MEMP_NUM_ARP_QUEUE 16

/* One network card, but 127.x addresses may be behind it: on this computer handsets have those. */
#define LWIP_SINGLE_NETIF 0
#define LWIP_HAVE_LOOPIF 0
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_MULTICAST_TX_OPTIONS 1
#define IP_SOF_BROADCAST 0

#endif
