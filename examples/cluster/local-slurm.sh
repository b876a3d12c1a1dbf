#!/bin/bash
# A Slurm controller and one node on this machine, for trying things out. Needs the packages
# `slurm-wlm` and `munge` (Debian, Ubuntu), no systemd, no changes outside FOLDER.
#
#   examples/cluster/local-slurm.sh start FOLDER   then: export SLURM_CONF=FOLDER/slurm.conf
#   examples/cluster/local-slurm.sh stop FOLDER
set -euo pipefail

usage() {
  echo "usage: $0 start|stop FOLDER" >&2
  exit 2
}
[ $# -eq 2 ] || usage
mkdir -p "$2"
folder=$(cd "$2" && pwd)
export PATH=$PATH:/usr/sbin:/sbin

# A port that nobody listens on.
free_port() {
  local port
  for port in $(seq "$1" "$(($1 + 200))"); do
    if ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
      echo "$port"
      return
    fi
  done
  echo "no free port from $1 on" >&2
  return 1
}

# Kills the process that a file names, and waits for it.
stop_one() {
  local pid
  [ -f "$1" ] || return 0
  pid=$(cat "$1")
  kill "$pid" 2> /dev/null || return 0
  for _ in $(seq 50); do
    kill -0 "$pid" 2> /dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2> /dev/null || true
}

stop() {
  stop_one "$folder/slurmd.pid"
  stop_one "$folder/slurmctld.pid"
  stop_one "$folder/munged.pid"
}

start() {
  local program host
  for program in munged slurmctld slurmd sbatch; do
    command -v "$program" > /dev/null || {
      echo "$program is missing: apt-get install slurm-wlm munge" >&2
      exit 1
    }
  done
  host=$(hostname -s)
  mkdir -p "$folder"/{state,spool,log}
  chmod go-w "$folder" "$folder"/{state,spool,log}
  head -c 1024 /dev/urandom > "$folder/munge.key"
  chmod 600 "$folder/munge.key"
  cat > "$folder/slurm.conf" << CONF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
SlurmctldPort=$(free_port 16817)
SlurmdPort=$(free_port 17817)
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MinJobAge=30
SchedulerParameters=sched_interval=2,bf_interval=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  munged --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/log/munged.log" \
    --seed-file="$folder/munge.seed" --force 2> "$folder/log/munged.err"
  slurmctld
  slurmd
  for _ in $(seq 100); do
    if sinfo -h -o %T 2> /dev/null | grep -qE 'idle|mixed|allocated'; then
      echo "export SLURM_CONF=$folder/slurm.conf"
      return
    fi
    sleep 0.2
  done
  echo "the node does not come up; see $folder/log" >&2
  stop
  exit 1
}

case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
