"""What a campaign and its rows may be; the single text is gone."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_texts_become_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='campaign',
            name='keeps_accents',
        ),
        migrations.RemoveField(
            model_name='campaign',
            name='text',
        ),
        migrations.RemoveField(
            model_name='campaign',
            name='text_sha256',
        ),
        migrations.AddIndex(
            model_name='campaignmessage',
            index=models.Index(condition=models.Q(('handed_at__isnull', False)), fields=['contact', '-handed_at'], name='campaignmessage_received'),
        ),
        migrations.AddIndex(
            model_name='campaignmessage',
            index=models.Index(condition=models.Q(('last_clicked_at__isnull', False)), fields=['contact', '-last_clicked_at'], name='campaignmessage_clicked'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'approved', 'scheduled', 'snapshotting', 'testing', 'deciding', 'rolling', 'paused', 'finished', 'canceled'])), name='campaign_status'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'canceled']), models.Q(('approved_at__isnull', False), models.Q(('content_sha256', ''), _negated=True)), _connector='OR'), name='campaign_approved_is_frozen'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'approved', 'canceled']), models.Q(('ends_at__gt', models.F('starts_at')), ('scheduled_at__isnull', False), ('starts_at__isnull', False)), _connector='OR'), name='campaign_scheduled_at'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['testing', 'deciding', 'rolling', 'finished']), _negated=True), ('rolling_at__isnull', False), _connector='OR'), name='campaign_rolling_at'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['testing', 'deciding']), _negated=True), ('decide_at__isnull', False), _connector='OR'), name='campaign_test_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('winner', None), ('decided_at__isnull', False), _connector='OR'), name='campaign_winner_was_decided'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paused_from__in', ['snapshotting', 'testing', 'deciding', 'rolling']), ('status', 'paused'), models.Q(('pause_reason', ''), _negated=True)), models.Q(models.Q(('status', 'paused'), _negated=True), ('pause_reason', ''), ('paused_from', '')), _connector='OR'), name='campaign_pause_reason'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('test_percent__range', (5, 50))), name='campaign_test_percent'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('decision_minutes__range', (30, 1440))), name='campaign_decision_minutes'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('holdout_percent__lte', 10)), name='campaign_holdout_percent'),
        ),
        migrations.AddConstraint(
            model_name='campaignmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group', 'holdout'), _negated=True), models.Q(('handed_at', None), ('skip_reason', 'holdout'), ('status', 'skipped')), _connector='OR'), name='campaignmessage_holdout_never_receives'),
        ),
        migrations.AddConstraint(
            model_name='campaignmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group', 'test'), _negated=True), ('variant__isnull', False), _connector='OR'), name='campaignmessage_test_has_a_version'),
        ),
        migrations.AddConstraint(
            model_name='campaignmessage',
            constraint=models.CheckConstraint(condition=models.Q(('handed_at', None), ('variant__isnull', False), _connector='OR'), name='campaignmessage_handed_has_a_version'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(('refunded_cents__lte', models.F('total_cents'))), name='purchase_refunded_at_most_all'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.UniqueConstraint(fields=('campaign', 'letter'), name='variant_once_per_letter'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('letter__in', ['A', 'B', 'C', 'D'])), name='variant_letter'),
        ),
    ]
