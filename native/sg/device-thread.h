#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace spindle {

/** What the thread of a device does next. Called there with false, or with true by whoever withdrew it. */
using Task = std::function<void(bool withdrawn)>;

/**
 * One thread that runs tasks one after another. It is never joined: SG_IO cannot be interrupted, and a drive
 * that does not answer must not keep a process from ending.
 */
class DeviceThread {
 public:
  DeviceThread();
  /** What was added is still done, then the thread ends by itself. */
  ~DeviceThread();
  DeviceThread(const DeviceThread&) = delete;
  DeviceThread& operator=(const DeviceThread&) = delete;

  void Add(Task task);
  /** Takes back what has not begun. */
  std::deque<Task> Withdraw();

 private:
  struct Queue {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Task> tasks;
    bool ended = false;
  };
  static void Work(const std::shared_ptr<Queue>& queue);

  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();
};

}  // namespace spindle
