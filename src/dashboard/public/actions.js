import { formatNumberOf } from './format.js';
import { jobName } from './words.js';

/** What a click may do at the daemon. `model.set` shows something, `api` asks. */
export const createActions = ({ api, set, openJob }) => {
  const attempt = async (work) => {
    try {
      await work();
    } catch (error) {
      if (!error.problem) throw error;
      set({ notice: { problem: error.problem } });
    }
  };
  const dismiss = () => set({ confirm: undefined });
  const actOnJob = (job, action, body) => api.post(`/v1/jobs/${job.id}/actions/${action}`, body);
  const simply = (action) => (job) => attempt(() => actOnJob(job, action));
  const tray = (action) => (drive) => attempt(() => api.post(`/v1/drives/${drive.id}/actions/${action}`));

  /** The answer to a refusal that can be overruled; the daemon says what it would cost. */
  const askToForce = (job, problem) =>
    set({
      confirm: {
        title: `Cancel “${jobName(job)}” and lose discs?`,
        problem,
        text: 'A disc that can be written once and is being written now cannot be used again.',
        word: 'Ruin the disc and cancel',
        act: () => {
          dismiss();
          return attempt(() => actOnJob(job, 'cancel', { force: true }));
        },
      },
    });

  const cancelNow = async (job) => {
    dismiss();
    try {
      await actOnJob(job, 'cancel');
    } catch (error) {
      if (error.problem?.code !== 'would-ruin-medium') throw error;
      askToForce(job, error.problem);
    }
  };

  const save = async (path, name) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await api.blob(path));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  return {
    dismiss,
    dismissNotice: () => set({ notice: undefined }),
    hold: simply('hold'),
    release: simply('release'),
    eject: tray('eject'),
    load: tray('load'),
    cancel: (job) =>
      set({
        confirm: {
          title: `Cancel “${jobName(job)}”?`,
          text: 'Copies that are good stay good. The rest is not recorded.',
          word: 'Cancel the job',
          act: () => attempt(() => cancelNow(job)),
        },
      }),
    retry: (job) => {
      const missing = job.copiesWanted - (job.copies.good ?? 0);
      set({
        confirm: {
          title: `Record ${formatNumberOf(missing, 'more disc')}?`,
          text: `A new job makes the copies of “${jobName(job)}” that did not become good. It takes a blank disc for each.`,
          word: 'Make a new job',
          act: () => {
            dismiss();
            return attempt(async () => openJob((await actOnJob(job, 'retry')).id));
          },
        },
      });
    },
    saveReport: (job) => attempt(() => save(`/v1/jobs/${job.id}/report`, `spindle-${job.id}.json`)),
    saveTranscript: ({ job, copy, number }) =>
      attempt(() =>
        save(
          `/v1/jobs/${job}/transcript?copy=${copy}&attempt=${number}`,
          `spindle-${job}-${copy}-${number}.jsonl`,
        ),
      ),
  };
};
