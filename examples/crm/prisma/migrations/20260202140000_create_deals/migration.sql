-- Migration: create deals
-- Date: 2026-02-02
-- Purpose: What may become a sale, from lead to won or lost.

SET LOCAL lock_timeout = '5s';

-- CreateEnum
CREATE TYPE "deal_stage" AS ENUM ('lead', 'qualified', 'offer', 'won', 'lost');

-- CreateTable
CREATE TABLE IF NOT EXISTS "deals" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "company_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "stage" "deal_stage" NOT NULL DEFAULT 'lead',
    "amount" DECIMAL(12,2),
    "closes_on" DATE,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deals_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX IF NOT EXISTS "deals_company_id_stage_idx" ON "deals"("company_id", "stage");

-- AddForeignKey
ALTER TABLE "deals" ADD CONSTRAINT "deals_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
