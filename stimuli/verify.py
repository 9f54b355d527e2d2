"""What ``evalkit check`` verifies about a study's stimuli."""

from __future__ import annotations

from evalkit.audio import read_audio
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.loudness import integrated_lufs, true_peak_dbtp
from evalkit.session import AUDIO_FOLDER, Session, read_session, verify_session
from evalkit.study import Study

Finding = tuple[str, str, str]


def run(study: Study) -> list[Finding]:
    """Verify the bundle: present, unchanged, built from this study, aligned in length, equally loud."""
    try:
        session = read_session(study.session_folder)
        verify_session(study.session_folder, session)
    except DataError as error:
        return [("bundle", "error", str(error))]
    findings: list[Finding] = [("bundle", "ok", f"{len(session.pages)} pages, every file present and unchanged")]
    if session.build_sha256 == study.build_sha256:
        findings.append(("bundle is of this study", "ok", "built from study.yaml as it stands"))
    else:
        findings.append(
            ("bundle is of this study", "error", "study.yaml changed since: build again with 'evalkit build --force'")
        )
    findings.append(_conditions(study, session))
    findings.append(_loudness(study, session))
    return findings


def _conditions(study: Study, session: Session) -> Finding:
    wanted = [condition.id for condition in study.spec.conditions]
    for page in session.pages:
        if [stimulus.condition for stimulus in page.stimuli] != wanted:
            return ("conditions", "error", f"page {page.id} does not hold each condition once")
    return ("conditions", "ok", f"each of the {len(wanted)} once on every page")


def _loudness(study: Study, session: Session) -> Finding:
    """Measure every file again: what listeners get, not what the bundle says."""
    limits = study.spec.loudness
    worst, peak = 0.0, -999.0
    try:
        for page in session.pages:
            target = limits.target_lufs
            if limits.on_exceed == "lower_page":
                target = min(target, round(min(stimulus.lufs for stimulus in page.stimuli), 1))
            for stimulus in page.stimuli:
                path = study.session_folder / AUDIO_FOLDER / stimulus.file
                audio, _ = read_audio(path, rate_hz=session.rate_hz)
                worst = max(worst, abs(integrated_lufs(audio, session.rate_hz, name=str(path)) - target))
                peak = max(peak, true_peak_dbtp(audio, name=str(path)))
    except (AudioError, ConfigError) as error:
        return ("loudness", "error", str(error))
    text = f"measured again: within {worst:.3f} LU of the target, highest true peak {peak:.1f} dBTP"
    good = worst <= limits.tolerance_lu and peak <= limits.ceiling_dbtp
    return ("loudness", "ok" if good else "error", text)
