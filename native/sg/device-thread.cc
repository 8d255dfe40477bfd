#include "sg/device-thread.h"

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace spindle {

DeviceThread::DeviceThread() {
  // The thread inherits this mask: signals are for the main thread, which is not stuck in a drive.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([queue = queue_] { Work(queue); }).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

DeviceThread::~DeviceThread() {
  const std::lock_guard lock(queue_->mutex);
  queue_->ended = true;
  queue_->changed.notify_one();
}

void DeviceThread::Add(Task task) {
  const std::lock_guard lock(queue_->mutex);
  queue_->tasks.push_back(std::move(task));
  queue_->changed.notify_one();
}

std::deque<Task> DeviceThread::Withdraw() {
  const std::lock_guard lock(queue_->mutex);
  return std::exchange(queue_->tasks, {});
}

void DeviceThread::Work(const std::shared_ptr<Queue>& queue) {
  for (;;) {
    std::unique_lock lock(queue->mutex);
    queue->changed.wait(lock, [&] { return queue->ended || !queue->tasks.empty(); });
    if (queue->tasks.empty()) return;
    const Task task = std::move(queue->tasks.front());
    queue->tasks.pop_front();
    lock.unlock();
    task(false);
  }
}

}  // namespace spindle
